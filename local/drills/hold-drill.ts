// Holds a drill, one straight path: preflight, prediction, consent, strike, stop when it must, restore always, prove, report.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Region } from '../../fleet/fleet.ts';
import { drawUploads } from '../drill-clients.ts';
import type { Drill } from './drill.ts';
import type { DrillSite } from './drill-site.ts';
import type { DrillFacts } from './facts.ts';
import { limitsOf } from './limits.ts';
import { observeScene, observeSnapshot } from './observe.ts';
import { predict } from './prediction.ts';
import type { Prediction } from './prediction.ts';
import { checkedScene } from './preflight.ts';
import { drillReport } from './report.ts';
import type { DrillReport } from './report.ts';
import { rollbackOf } from './rollback.ts';
import type { Rollback, Snapshot } from './rollback.ts';
import { strike } from './strike.ts';
import type { StrikeLog } from './strike.ts';
import { scheduleOf, spanOfStruck, withoutImpossible } from './strikes.ts';
import type { ScheduledBlow } from './strikes.ts';
import { Witness } from './witness.ts';

export interface DrillSettings {
  readonly site: DrillSite;
  readonly drill: Drill;
  readonly struck: Region;
  readonly seeds: readonly number[];
  /** Aborted by Ctrl-C, a closed terminal, or whoever ends this process kindly. */
  readonly signal: AbortSignal;
  readonly say: (what: string) => void;
  /** Resolves when a person, or a flag, has agreed; throws otherwise. */
  readonly consent: (prediction: Prediction) => Promise<void>;
}

/** Peacetime before the first fault, so that the report shows what the faults changed. */
const calmMs = 3_000;
const proveEveryMs = 1_000;
/** Beyond the limit of the return, so that a late one is reported as late and not as lost. */
const patienceMs = 60_000;

export async function holdDrill(settings: DrillSettings): Promise<DrillReport> {
  const { site, drill, struck, say, consent } = settings;
  const schedule = scheduleHere(settings);
  say('looking at the fleet: steady state, survivors, budget');
  const uploads = await drawUploads();
  checkedScene(await observeScene(site, { drill, struck, schedule, uploads }));
  const prediction = await predictDrill(settings);
  await consent(prediction);
  const before = await observeSnapshot(site);
  const witness = new Witness({ site, drill, struck, uploads });
  try {
    return await hold({ ...settings, schedule, prediction, before, witness });
  } finally {
    await witness.stop();
  }
}

/** The prediction alone: `--dry-run`. */
export function predictDrill(settings: Omit<DrillSettings, 'consent'>): Promise<Prediction> {
  const { site, drill, struck, seeds, say } = settings;
  const schedule = scheduleHere(settings);
  say(`the simulator holds it ${seeds.length} times in virtual time`);
  return predict({ fleet: site.fleet, drill, struck, schedule, seeds });
}

const scheduleHere = ({ site, drill, struck }: Omit<DrillSettings, 'consent'>) =>
  withoutImpossible(
    scheduleOf(drill, site.fleet, struck),
    (blow) => site.faults.cannot(blow) !== null,
  );

interface Course extends DrillSettings {
  readonly schedule: readonly ScheduledBlow[];
  readonly prediction: Prediction;
  readonly before: Snapshot;
  readonly witness: Witness;
}

async function hold(course: Course): Promise<DrillReport> {
  const { drill, struck, site, schedule, prediction, witness, signal, say } = course;
  say('clinics upload; the calm before');
  await sleep(calmMs, undefined, { signal }).catch(() => undefined);
  if (drill.byHand !== null) say(`for the people: ${drill.byHand}`);
  witness.begin();
  const log = await striking(course);
  say(log.stoppedBecause === null ? 'every fault is over' : `stopped: ${log.stoppedBecause}`);
  const rollback = await prove(course, log);
  await witness.stop();
  return drillReport({
    drill,
    struck: struck.id,
    site: site.title,
    fleet: site.fleet,
    startedAtMs: witness.startedAtMs,
    facts: witness.facts(actualSpan(schedule, struck, log)),
    prediction,
    rollback,
    log,
  });
}

function striking(course: Course): Promise<StrikeLog> {
  const { drill, struck, site, schedule, witness, signal, say } = course;
  return strike({
    drill,
    struck: struck.id,
    schedule,
    faults: site.faults,
    nowMs: () => witness.nowMs,
    leftByMs: leftByMs(course),
    facts: () => witness.facts(spanOfStruck(schedule, struck)),
    hold: () => witness.hold(),
    stoppedByHand: () => signal.aborted,
    sleep,
    say,
  });
}

/** Users of a region that nobody leaves are not made to wait for the end of the drill. */
function leftByMs({ drill, site, struck, schedule }: Course): number | null {
  const span = spanOfStruck(schedule, struck);
  if (span === null || !drill.criteria.some(({ kind }) => kind === 'left')) return null;
  const { leaveSeconds } = limitsOf(site.fleet, drill.detection, drill.relapses);
  return span.fromMs + 2_000 * leaveSeconds;
}

/** Waits until nothing differs from before, and for no longer than a return may take. */
async function prove(course: Course, log: StrikeLog): Promise<Rollback> {
  const { site, drill, before, witness, say } = course;
  const { returnSeconds } = limitsOf(site.fleet, drill.detection, drill.relapses);
  const deadlineMs = log.restoredAtMs + 1_000 * returnSeconds + patienceMs;
  say('waiting until everything is as before');
  for (;;) {
    const rollback = rollbackOf(before, await observeSnapshot(site));
    if (rollback.differences.length === 0 || witness.nowMs > deadlineMs) return rollback;
    await sleep(proveEveryMs);
  }
}

/** A drill that was stopped ended its faults when it was restored. */
function actualSpan(
  schedule: readonly ScheduledBlow[],
  struck: Region,
  log: StrikeLog,
): DrillFacts['span'] {
  const span = spanOfStruck(schedule, struck);
  const [first] = log.begun.filter(({ blow }) => blow.target === struck.id);
  if (span === null || first === undefined) return null;
  return {
    fromMs: first.atMs,
    untilMs: log.stoppedBecause === null ? span.untilMs : log.restoredAtMs,
  };
}
