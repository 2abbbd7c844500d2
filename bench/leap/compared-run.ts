// A run of the lab beside what the simulator says of it, given the same arms, resolvers, clients and rewrites.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { clientModels } from '../../failover/leap/client-model.ts';
import type { ClientModel } from '../../failover/leap/client-model.ts';
import { readResolverModels } from '../../failover/leap/read-models.ts';
import { simulate } from '../../failover/leap/simulate.ts';
import { primaryOf } from '../../fleet/fleet.ts';
import { parseStrategy } from '../../fleet/strategy-text.ts';
import { comparison } from './gate.ts';
import type { Comparison } from './gate.ts';
import { experimentFleet } from './lab/experiment-fleet.ts';
import { controlArm, strategyOfArm } from './lab/round.ts';
import type { RoundRecord } from './lab/round.ts';
import { parseRow } from './row.ts';
import type { Row } from './row.ts';

const usersPerResolver = 600;
const kills = 20;
const seed = 1;

/** Runs that are kept for others to read are compressed. */
function linesOf(folder: string, name: string): readonly string[] {
  const file = join(folder, name);
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  return text
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** One for each arm, TTL and client of the run, in the order in which they occur; of all clients, or of these. */
export function comparedRun(folder: string, clients?: readonly string[]): readonly Comparison[] {
  const rounds = linesOf(folder, 'rounds.jsonl').map((line) => JSON.parse(line) as RoundRecord);
  const groups = new Map<string, Row[]>();
  for (const row of linesOf(folder, 'rows.jsonl').map(parseRow)) {
    if (clients?.includes(row.client) === false) continue;
    const key = `${row.arm} ${row.ttlSeconds} ${row.client}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return [...groups.values()].map((rows) => {
    const struck = new Set(rows.map(({ killedAtMs }) => killedAtMs));
    const own = rounds.filter(({ killedAtMs }) => struck.has(killedAtMs));
    return comparison(rows, simulatedMean(rows, own));
  });
}

/** Seconds of downtime of as many users behind each of the rows' resolvers. */
function simulatedMean(rows: readonly Row[], rounds: readonly RoundRecord[]): number {
  const [{ arm, ttlSeconds, client }] = rows as [Row];
  const fleet = experimentFleet(parseStrategy(strategyOfArm(arm)), ttlSeconds);
  const windowMs = Math.max(...rounds.map((round) => round.windowMs));
  const ids = new Set(rows.map(({ resolver }) => resolver));
  const resolvers = readResolverModels().filter(({ id }) => ids.has(id));
  const model = clientOf(client, windowMs);
  const published = rounds.flatMap(({ publishedMs }) => publishedMs ?? []);
  let [sum, users] = [0, 0];
  simulate(
    {
      fleet,
      region: primaryOf(fleet),
      crowds: resolvers.map((resolver) => ({ resolver, client: model, share: 1 / ids.size })),
      users: usersPerResolver * ids.size,
      kills,
      rewriteSeconds: arm === controlArm ? [] : published.map((ms) => ms / 1_000),
      outageSeconds: windowMs / 1_000,
      seed,
    },
    ({ downtimeMs }) => {
      sum += downtimeMs / 1_000;
      users += 1;
    },
  );
  return sum / users;
}

/** The client as the lab has it: its quiet clinics begin within half of the window. */
function clientOf(name: string, windowMs: number): ClientModel {
  const found = clientModels.find((model) => model.name === name);
  if (found === undefined) throw new Error(`the simulator knows no client ${name}`);
  return found.quietMs === null ? found : { ...found, quietMs: windowMs / 2 };
}
