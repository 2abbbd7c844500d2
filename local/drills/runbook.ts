// The runbook pages of the drills, written from the catalogue so that what people read is what the code does. Pure.
import { formatDuration } from '../../fleet/duration.ts';
import { fleetFor } from '../../fleet/environments.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { primaryOf } from '../../fleet/fleet.ts';
import { disclaimer } from '../../fleet/study.ts';
import { regionFaultMeaning, vantageFaultMeaning } from '../faults.ts';
import { criterionText, stepMax } from './criteria.ts';
import type { Criterion, Drill } from './drill.ts';
import { successWindowMs } from './drill.ts';
import { limitsOf } from './limits.ts';
import type { Limits } from './limits.ts';
import { scheduleOf } from './strikes.ts';
import type { ScheduledBlow } from './strikes.ts';

const environments = ['local', 'production'] as const;

export const runbookFile = ({ name }: Drill): string => `${name}.md`;

export function runbookPage(drill: Drill): string {
  return `${[
    `# ${drill.title}`,
    `\`evenkeel drill ${drill.name}\`. ${written}`,
    `**After.** ${drill.after}`,
    `**Purpose.** ${drill.purpose}`,
    `**Hypothesis.** ${drill.hypothesis}`,
    '## Steady state',
    steadyState,
    '## Fault',
    faultTable(drill),
    ...(drill.byHand === null ? [] : ['## What people do', drill.byHand]),
    '## What is expected',
    drill.expected.map((step, i) => `${i + 1}. ${step}`).join('\n'),
    '## Pass criteria',
    criteriaTable(drill),
    '## Stop conditions',
    stopText(drill),
    '## Rollback, and its proof',
    rollbackText,
    '## On this machine',
    `\`\`\`sh\nnpm start                                  # in another terminal\nnpx evenkeel drill ${drill.name} --dry-run\nnpx evenkeel drill ${drill.name}\n\`\`\``,
    '## Against a deployed fleet',
    drill.deployed,
    ...(isHeldByCommand(drill) ? [deployedCommand(drill)] : []),
    '## What to look at',
    drill.lookAt.map((what) => `- ${what}`).join('\n'),
    disclaimer,
  ].join('\n\n')}\n`;
}

/** Orders and flags are all that a deployed fleet can be told. */
const isHeldByCommand = ({ strikes }: Drill): boolean =>
  strikes.every(({ on, optional }) => on === 'order' || on === 'flag' || optional === true);

const deployedCommand = ({ name }: Drill): string =>
  `\`\`\`sh
npx evenkeel drill ${name} --env production --deployment failover.json \\
  --cert operator.cert.pem --key operator.key.pem --authority authority.pem \\
${fleetFor('production')
  .vantages.map(({ id }) => `  --vantage ${id}=https://<its address>:5500`)
  .join(' \\\n')}
\`\`\``;

const written =
  'Written from the catalogue in `local/drills` by `node --import tsx scripts/write-drill-runbook.ts`; a test compares the two.';

const steadyState = [
  '- every region HEALTHY at its normal weight, every vantage answering, no order and no other drill',
  '- a survivor that reads six films at once in time, asked directly before anything is struck',
  '- enough changes left in the budget for the whole drill, the reserve for leaving a dead region apart',
].join('\n');

const rollbackText =
  'Each fault ends by itself in the supervisor (or, an order, in the controllers) when its time is up, and fifteen seconds after the last sign of life of whoever holds the drill: Ctrl-C, a closed terminal and a crash restore as well. The report proves it: records equal byte for byte apart from the term (two SHA-256), every region in its phase of before, every process answering, no fault and no order left. `evenkeel drill lift` ends everything at once.';

function stopText({ stop, criteria }: Drill): string {
  return [
    ...(stop.survivorFails ? ['- a region that the drill does not strike is found down'] : []),
    `- fewer than ${percent(stop.carefulSuccessMin)} of the uploads of clients that try every address succeed within ${successWindowMs / 1_000} s`,
    ...(criteria.some(({ kind }) => kind === 'left')
      ? ['- the region has not been left, twice as long after the fault as that may take']
      : []),
    '- somebody presses Ctrl-C',
  ].join('\n');
}

function faultTable(drill: Drill): string {
  const [local, production] = environments.map((name) => {
    const fleet = fleetFor(name);
    return scheduleOf(drill, fleet, primaryOf(fleet));
  });
  const rows = (local ?? []).map((blow, i) => {
    const there = production?.[i] ?? blow;
    return [blow.target, blow.fault, meaningOf(blow), whenText(blow), whenText(there)];
  });
  return table(['whom', 'fault', 'what it does', 'on this machine', 'in production'], rows);
}

const whenText = ({ atMs, forMs }: ScheduledBlow) =>
  `from ${atMs === 0 ? '0s' : formatDuration(atMs)} for ${formatDuration(forMs)}`;

function meaningOf(blow: ScheduledBlow): string {
  if (blow.on === 'vantage') return vantageFaultMeaning[blow.fault];
  return blow.on === 'order'
    ? 'an order to the controllers, which ends by itself'
    : regionFaultMeaning[blow.fault];
}

function criteriaTable(drill: Drill): string {
  const limits = environments.map((name) => limitsFor(fleetFor(name), drill));
  const rows = drill.criteria.map((criterion) => [
    criterionText(criterion),
    ...limits.map((limit) => limitText(criterion, limit)),
  ]);
  return table(['criterion', 'on this machine', 'in production'], rows);
}

const limitsFor = (fleet: Fleet, { detection, relapses }: Drill) =>
  limitsOf(fleet, detection, relapses);

const within = (seconds: number | null): string =>
  seconds === null ? 'any time' : `within ${seconds} s`;

function limitText(criterion: Criterion, limits: Limits): string {
  switch (criterion.kind) {
    case 'careful-success':
      return percent(criterion.share);
    case 'simple-recovery':
      return within(limits.recoverSeconds);
    case 'detected':
      return within(limits.detectSeconds);
    case 'left':
      return within(limits.leaveSeconds);
    case 'returned':
      return within(limits.returnSeconds);
    case 'changes-at-most':
      return criterion.count === 0 ? 'none' : `at most ${criterion.count}`;
    case 'staged-return':
      return `at most ${stepMax} at once`;
    case 'nobody-left':
    case 'survivors-kept':
      return 'none';
    case 'rolled-back':
      return 'no difference';
  }
}

const percent = (share: number) => `${Number((share * 100).toFixed(2))} %`;

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

export const runbookIndex = (drills: readonly Drill[]): string =>
  `${[
    '# Drills',
    'Take something away on purpose, while everybody is awake, and see whether the fleet does what is promised. `evenkeel drill list` names them, `--dry-run` predicts one with the simulator (the real controllers in virtual time, several seeds) and strikes nothing.',
    written,
    table(
      ['drill', 'what it shows'],
      drills.map((d) => [`[${d.name}](${runbookFile(d)})`, d.purpose]),
    ),
    '## How one goes',
    [
      '1. **Preflight.** Refused (exit code 2) unless the fleet is in its steady state and can spare what is taken away.',
      '2. **Prediction.** Detection, DNS, downtime and changes as ranges over the seeds.',
      '3. **Consent.** The region’s name is typed; `--yes` says so beforehand.',
      '4. **Strike.** Three clinics upload twice a second: one tries every address, two try one only, and have just learnt the address that is about to die.',
      '5. **Stop**, when a survivor fails, users suffer, time is up or a person says so. **Restore**, always.',
      '6. **Proof** that everything is as before, and the report: `report.json`, `report.md`, `report.html` under `.evenkeel/drills/` or `--out`.',
    ].join('\n'),
    'Exit codes: 0 passed, 1 failed or stopped, 2 refused. Measured reports: [measurements](../../measurements/drills/).',
    '## Order of a first series',
    'operator-drain, multi-region-isolation, multi-region-recovery (isolation before recovery), zone-power-interruption, grey-failure, vantage-loss, vantage-partition, flapping, starved-survivor, control-plane-loss, flag-failover, absent-controllers last, and on a working day.',
    disclaimer,
  ].join('\n\n')}\n`;
