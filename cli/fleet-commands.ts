// `evenkeel status | fleet`: what the fleet does, and what it is.
import type { Command } from 'commander';
import { subjectOf } from '../failover/core/command.ts';
import { fleetFor } from '../fleet/environments.ts';
import { findFleet } from '../local/fleet-files.ts';
import { fleetView } from '../local/fleet-view.ts';
import type { FleetView } from '../local/fleet-view.ts';
import { table } from './table.ts';
import { parsePort } from './up-command.ts';

export interface FleetOption {
  readonly port?: string;
}

export const findFleetBy = ({ port }: FleetOption) =>
  findFleet(port === undefined ? undefined : parsePort(port));

export function addFleetCommands(program: Command): void {
  program
    .command('status')
    .description('regions, verdicts, weights, and the DNS answer against what is intended')
    .option('--port <port>', 'the fleet whose clinic view is there (default: the newest)')
    .option('--json', 'print one JSON object')
    .action(async (options: FleetOption & { json?: true }) => {
      const record = findFleetBy(options);
      const view = await fleetView(record);
      const { operations } = record.urls;
      console.log(options.json === true ? JSON.stringify(view) : statusText(view, operations));
      if (view.degraded.length > 0) process.exitCode = 1;
    });
  program
    .command('fleet')
    .description('check and show the fleet of an environment')
    .option('--env <name>', 'local, qa, preproduction or production', 'production')
    .action(({ env }: { env: string }) => {
      const { regions, zone, vantages, strategy } = fleetFor(env);
      const rows = regions.map((r) => [
        r.id,
        r.cloud,
        r.location,
        r.role,
        String(r.weight),
        r.standby.join(', '),
      ]);
      console.log(`${zone} (${env}), strategy ${strategy.kind}; no fault found.\n`);
      console.log(table([['region', 'cloud', 'location', 'role', 'weight', 'standby'], ...rows]));
      console.log(
        `\nVantages: ${vantages.map((v) => `${v.id} (${v.cloud} ${v.location})`).join(', ')}`,
      );
    });
}

function statusText(view: FleetView, operations: string): string {
  const rows = view.regions.map((r) => [
    r.id,
    r.phase ?? 'unknown',
    r.fault ?? '-',
    `${r.weight.zone ?? '?'}${r.weight.zone === r.weight.normal ? '' : ` of ${r.weight.normal}`}`,
    Object.values(r.opinions).join(' '),
    r.because ?? '',
  ]);
  const lines = [
    `${view.zone}   term ${view.term ?? '?'}   strategy ${view.strategy ?? '?'}   clinic's view ${view.clinic}`,
    `operators' page ${operations}`,
    '',
    table([['region', 'phase', 'fault', 'weight', 'vantages say', 'because'], ...rows]),
    '',
    table([
      ['name', 'intended', 'answered'],
      ...view.answers.map((a) => [
        a.name,
        a.intended.join(' '),
        `${a.answered.join(' ')}${a.agrees ? '' : '   DIFFERS'}`,
      ]),
    ]),
    '',
    ...view.vantages.map((v) => `${v.id}: ${v.answers ? 'watches' : 'DOES NOT ANSWER'}`),
    ...view.orders.map(
      (o) =>
        `order: ${o.kind} ${subjectOf(o)} for ${Math.ceil(o.remainingMs / 1_000)} s more (${o.reason}, ${o.actor})`,
    ),
    ...view.flags.map((f) => `flag: ${f.region} since ${f.raisedAt} (${f.reason}, ${f.actor})`),
    ...view.degraded.map((d) => `degraded: ${d}`),
  ];
  return lines.join('\n');
}
