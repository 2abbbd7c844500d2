// `evenkeel drill`: takes a region of the local fleet away on purpose and tells what its users noticed.
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { parseDurationMs } from '../fleet/duration.ts';
import { askControl } from '../local/control.ts';
import type { DrillReport } from '../local/drill-report.ts';
import { faultKinds, faultMeaning, parseFaultKind } from '../local/faults.ts';
import { faultMsMax } from '../local/region-faults.ts';
import { findFleetBy } from './fleet-commands.ts';
import { table } from './table.ts';

interface DrillOptions {
  readonly region?: string;
  readonly fault: string;
  readonly for: string;
  readonly port?: string;
  readonly json?: true;
  readonly lift?: true;
}

export function addDrillCommand(program: Command): void {
  program
    .command('drill')
    .description('strike a region of the local fleet and measure what its users notice')
    .option('--region <region>', 'the region to strike')
    .option('--fault <kind>', faultKinds.map((k) => `${k}: ${faultMeaning[k]}`).join('; '), 'kill')
    .option('--for <duration>', 'how long the fault lasts', '20s')
    .option('--lift', 'end whatever fault is active, instead of a drill')
    .option('--port <port>', 'which fleet')
    .option('--json', 'print one JSON object')
    .action(drill);
}

async function drill(options: DrillOptions): Promise<void> {
  const record = findFleetBy(options);
  if (options.lift === true) {
    const active = await askControl(record, 'GET', '/faults');
    for (const { region } of active) await askControl(record, 'DELETE', `/faults/${region}`);
    console.log(active.length === 0 ? 'No fault was active.' : 'The fault has ended.');
    return;
  }
  if (options.region === undefined)
    throw new InputError('no-region', {
      found: 'A drill without --region',
      why: 'It takes one region away',
      remedy: `Name one: --region ${Object.keys(record.urls.regions).join(' | ')}`,
    });
  const order = {
    region: options.region,
    fault: parseFaultKind(options.fault),
    forMs: parseDurationMs(options.for, faultMsMax),
  };
  const { runDrill } = await import('../local/drill.ts');
  const report = await runDrill(record, order, (what) => console.error(`  ${what}`));
  console.log(options.json === true ? JSON.stringify(report) : reportText(report));
  if (!report.passed) process.exitCode = 1;
}

const shown = (seconds: number | null) => (seconds === null ? 'never' : `${seconds.toFixed(1)} s`);

function reportText(report: DrillReport): string {
  return [
    '',
    `Drill: ${report.fault} of ${report.region}, ${report.startedAt}`,
    '',
    ...report.timeline.map((e) => `  ${e.seconds.toFixed(1).padStart(6)} s  ${e.what}`),
    '',
    table([
      ['detection', 'decision', 'DNS', 'recovery', 'return after the fault', 'failed requests'],
      [
        shown(report.detectionSeconds),
        shown(report.decisionSeconds),
        shown(report.dnsSeconds),
        shown(report.recoverySeconds),
        `${shown(report.returnSeconds)} (${report.returnWeights.join(' > ')})`,
        String(report.failedRequests),
      ],
    ]),
    '',
    table([
      ['client tries', 'sent', 'failed', 'downtime', 'slowest answer', 'answered by'],
      ...report.clients.map((c) => [
        c.policy === 'every' ? 'every address' : 'the first address',
        String(c.sent),
        String(c.failed),
        shown(c.downtimeSeconds),
        `${(c.slowestMs / 1_000).toFixed(1)} s`,
        c.regionsThatAnswered.join(', '),
      ]),
    ]),
    '',
    `${report.passed ? 'PASSED' : 'FAILED'}: ${report.objective}.`,
  ].join('\n');
}
