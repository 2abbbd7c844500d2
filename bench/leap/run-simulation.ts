// The experiment in the simulator: the same arms, resolvers and clients, and as many users as one wants, in minutes.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readRewrites } from '../../failover/leap/read-models.ts';
import { chanceFrom } from '../../failover/simulation/seeded-chance.ts';
import { InputError } from '../../fleet/errors.ts';
import { provenanceNow } from '../failover/measurement.ts';
import { summaryTable } from './experiment-table.ts';
import { rowText } from './row.ts';
import type { Row } from './row.ts';
import { simulatedCells, usersPerCell } from './simulated-cells.ts';
import type { SimulatedCell, SimulationSettings } from './simulated-cells.ts';

/** So many of the users are kept as rows, evenly; figures are made of all. */
const rowsKeptMax = 60_000;

/** The table over all resolvers; cells.json.gz beside run.json has all others too, and rows.jsonl.gz a sample. `InputError` 'other-run'. */
export function runSimulation(settings: SimulationSettings, out: string, command: string): string {
  const file = join(out, 'run.json');
  if (existsSync(file))
    throw new InputError('other-run', {
      found: `${out} holds a run`,
      why: 'A simulation is not gone on with: it would be another one in the same folder',
      remedy: 'Name another folder',
    });
  mkdirSync(out, { recursive: true });
  const { draw } = chanceFrom(settings.seed);
  const { source, seconds } = readRewrites();
  const provenance = provenanceNow(command, settings.seed, {});
  const [rewriteSeconds, fromMs] = [seconds.blackhole, performance.now()];
  const parts = settings.ttlsSeconds.flatMap((ttlSeconds) =>
    settings.arms.map((arm) => ({ arm, ttlSeconds })),
  );
  console.log(
    `${parts.length} arms and TTLs, ${usersPerCell(settings)} users behind each resolver with each client`,
  );
  const cells: SimulatedCell[] = [];
  const rows: string[] = [];
  const every = Math.max(1, Math.ceil(settings.users / rowsKeptMax));
  let users = 0;
  const onRow = (row: Row) => {
    if (users % every === 0) rows.push(rowText(row));
    users += 1;
  };
  for (const [index, part] of parts.entries()) {
    cells.push(...simulatedCells(settings, part, { rewriteSeconds, draw, onRow }));
    const eachMs = (performance.now() - fromMs) / (index + 1);
    const leftSeconds = Math.round(((parts.length - index - 1) * eachMs) / 1_000);
    console.log(`${part.arm} at TTL ${part.ttlSeconds}: about ${leftSeconds} s left`);
  }
  const elapsedSeconds = Math.round((performance.now() - fromMs) / 1_000);
  const run = {
    backend: 'sim',
    settings,
    ...provenance,
    seconds: elapsedSeconds,
    rowsKept: `1 in ${every}`,
  };
  const rewrites = { source, seconds: rewriteSeconds };
  writeFileSync(join(out, 'rows.jsonl.gz'), gzipSync(`${rows.join('\n')}\n`));
  writeFileSync(join(out, 'cells.json.gz'), gzipSync(`[\n${cells.map(cellText).join(',\n')}\n]\n`));
  writeFileSync(file, `${JSON.stringify({ ...run, rewrites }, null, 1)}\n`);
  return summaryTable(cells.filter(({ resolver }) => resolver === 'all'));
}

/** A thousandth of a second is more than a request a second can tell. */
const cellText = (cell: SimulatedCell): string =>
  JSON.stringify(cell, (_, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value,
  );
