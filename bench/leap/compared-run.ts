// A run of the lab, or several, beside what the simulator says of it, given the same arms, resolvers, clients and rewrites.
import { primaryOf } from '../../fleet/fleet.ts';
import { cellsOf, compared } from './gate.ts';
import type { Comparison } from './gate.ts';
import { experimentFleet } from './lab/experiment-fleet.ts';
import { quietInRound } from './lab/round.ts';
import type { RoundRecord } from './lab/round.ts';
import { parseRow } from './row.ts';
import type { Row } from './row.ts';
import { linesOf } from './run-lines.ts';
import { simulatedRows } from './simulated-rows.ts';

const usersPerCell = 240;
const kills = 20;
const seed = 1;

const rowsOf = (folder: string): readonly Row[] => [...linesOf(folder, 'rows.jsonl')].map(parseRow);

/** `rows.jsonl` and `rounds.jsonl` of a kept run beside what is simulated for it. */
export function comparedRun(folder: string, clients?: readonly string[]): readonly Comparison[] {
  return comparedRuns([folder], clients);
}

/** The same of several runs as one: of the same resolvers and clients, with other seeds or other TTLs. */
export function comparedRuns(
  folders: readonly string[],
  clients?: readonly string[],
): readonly Comparison[] {
  const rounds = folders
    .flatMap((folder) => [...linesOf(folder, 'rounds.jsonl')])
    .map((line) => JSON.parse(line) as RoundRecord);
  const rows = folders.flatMap(rowsOf).filter(({ client }) => clients?.includes(client) !== false);
  return comparedRows(rows, rounds);
}

/** What two runs of the lab have in common, over all resolvers: the first is held against the second. */
export function runAgainstRun(folder: string, other: string): readonly Comparison[] {
  const cells = cellsOf(rowsOf(other).map(behindAny));
  return compared(cellsOf(rowsOf(folder).map(behindAny)), cells).filter(
    ({ simulated }) => simulated !== null,
  );
}

/** One for each arm, client and TTL, over all resolvers: behind one of them a run has a few users only. */
export function comparedRows(
  rows: readonly Row[],
  rounds: readonly RoundRecord[],
  standardErrorsMax?: number,
): readonly Comparison[] {
  const ttls = [...new Set(rows.map(({ ttlSeconds }) => ttlSeconds))];
  return ttls.flatMap((ttl) =>
    compared(
      cellsOf(rows.filter(({ ttlSeconds }) => ttlSeconds === ttl).map(behindAny)),
      cellsOf(simulatedBeside(rows, rounds, ttl).map(behindAny)),
      standardErrorsMax,
    ),
  );
}

const behindAny = (row: Row): Row => ({ ...row, resolver: 'all resolvers' });

function simulatedBeside(
  measured: readonly Row[],
  allRounds: readonly RoundRecord[],
  ttlSeconds: number,
): readonly Row[] {
  const fleet = experimentFleet({ kind: 'single' }, ttlSeconds);
  const rows = measured.filter((row) => row.ttlSeconds === ttlSeconds);
  const rounds = allRounds.filter((round) => round.ttlSeconds === ttlSeconds);
  const different = (of: (row: Row) => string) => [...new Set(rows.map(of))];
  const windowSeconds = Math.max(...rounds.map(({ windowMs }) => windowMs)) / 1_000;
  const simulated: Row[] = [];
  simulatedRows(
    {
      fleet,
      region: primaryOf(fleet),
      arms: different(({ arm }) => arm),
      resolvers: different(({ resolver }) => resolver),
      clients: different(({ client }) => client),
      ttlSeconds,
      rewriteSeconds: rounds.flatMap(({ publishedMs }) =>
        publishedMs === null ? [] : publishedMs / 1_000,
      ),
      outageSeconds: windowSeconds,
      quiet: quietInRound(1_000 * windowSeconds, ttlSeconds),
      kills,
      usersPerCell,
      seed,
    },
    (row) => simulated.push(row),
  );
  return simulated;
}
