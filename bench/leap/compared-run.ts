// A run of the lab, or several, beside what the simulator says of it, given the same arms, resolvers, clients and rewrites.
import { primaryOf } from '../../fleet/fleet.ts';
import { cellsOf, compared } from './gate.ts';
import type { Comparison } from './gate.ts';
import { isQuiet } from './lab/client-names.ts';
import { experimentFleet } from './lab/experiment-fleet.ts';
import type { RoundRecord } from './lab/round.ts';
import { parseRow } from './row.ts';
import type { Row } from './row.ts';
import { linesOf } from './run-lines.ts';
import { simulatedRows } from './simulated-rows.ts';

const usersPerCell = 240;
const kills = 20;
const seed = 1;

/**
 * One for each arm, client and TTL of the run, over all of its resolvers: behind one of them a run has a few users only. Quiet
 * clinics are left out: the lab's wake within the window, those of the simulator within a minute.
 */
export function comparedRun(folder: string, clients?: readonly string[]): readonly Comparison[] {
  return comparedRuns([folder], clients);
}

/** The same of several runs as one: of the same resolvers and clients, with other seeds or other TTLs. */
export function comparedRuns(
  folders: readonly string[],
  clients?: readonly string[],
): readonly Comparison[] {
  const lines = (name: string) => folders.flatMap((folder) => [...linesOf(folder, name)]);
  const rounds = lines('rounds.jsonl').map((line) => JSON.parse(line) as RoundRecord);
  const rows = lines('rows.jsonl')
    .map(parseRow)
    .filter(({ client }) => !isQuiet(client) && clients?.includes(client) !== false);
  const ttls = [...new Set(rows.map(({ ttlSeconds }) => ttlSeconds))];
  return ttls.flatMap((ttl) =>
    compared(
      cellsOf(rows.filter(({ ttlSeconds }) => ttlSeconds === ttl).map(behindAny)),
      cellsOf(simulatedBeside(rows, rounds, ttl).map(behindAny)),
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
      outageSeconds: Math.max(...rounds.map(({ windowMs }) => windowMs)) / 1_000,
      kills,
      usersPerCell,
      seed,
    },
    (row) => simulated.push(row),
  );
  return simulated;
}
