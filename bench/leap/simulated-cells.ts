// The simulator's users as figures: each arm behind each resolver with each client, and over all resolvers. Pure.
import { primaryOf } from '../../fleet/fleet.ts';
import { experimentFleet } from './lab/experiment-fleet.ts';
import type { Row } from './row.ts';
import { simulatedRows } from './simulated-rows.ts';
import { downtimeSummary, thinned } from '../../failover/leap/downtime-summary.ts';
import type { DowntimeSummary, KillDowntimes } from '../../failover/leap/downtime-summary.ts';

/** What a simulated run is repeated from. */
export interface SimulationSettings {
  /** Strategies as they are written, and `control`. */
  readonly arms: readonly string[];
  readonly ttlsSeconds: readonly number[];
  readonly resolvers: readonly string[];
  readonly clients: readonly string[];
  /** In all, spread evenly over arms, TTLs, resolvers and clients. */
  readonly users: number;
  readonly kills: number;
  readonly seed: number;
}

export interface SimulatedCell {
  readonly arm: string;
  readonly ttlSeconds: number;
  /** `all` for all of them alike. */
  readonly resolver: string;
  readonly client: string;
  readonly summary: DowntimeSummary;
}

/** A region that nobody helps returns after so long. */
const outageSeconds = 600;
/** A bootstrap of kills with more users than this each says the same, later. */
const usersPerKillMax = 250;
const resamples = 300;

/** Alike for all, whole for each kill, and no fewer in all than were asked for. */
export const usersPerCell = (settings: SimulationSettings): number => {
  const { arms, ttlsSeconds, resolvers, clients, users, kills } = settings;
  const cells = arms.length * ttlsSeconds.length * resolvers.length * clients.length;
  return kills * Math.ceil(users / cells / kills);
};

interface Simulation {
  /** As the controller was measured. */
  readonly rewriteSeconds: readonly number[];
  readonly draw: () => number;
  readonly onRow: (row: Row) => void;
}

/** Of one arm at one TTL. `InputError` as `simulatedRows`. */
export function simulatedCells(
  settings: SimulationSettings,
  { arm, ttlSeconds }: { readonly arm: string; readonly ttlSeconds: number },
  { rewriteSeconds, draw, onRow }: Simulation,
): readonly SimulatedCell[] {
  const fleet = experimentFleet({ kind: 'single' }, ttlSeconds);
  const { resolvers, clients, kills, seed } = settings;
  const seconds = new Map<string, number[][]>();
  simulatedRows(
    {
      fleet,
      region: primaryOf(fleet),
      arms: [arm],
      resolvers,
      clients,
      ttlSeconds,
      rewriteSeconds,
      outageSeconds,
      kills,
      usersPerCell: usersPerCell(settings),
      seed,
    },
    (row) => {
      onRow(row);
      const { resolver, client, killedAtMs, downtimeMs } = row;
      const key = `${resolver}\t${client}`;
      const byKill = seconds.get(key) ?? Array.from({ length: kills }, () => []);
      seconds.set(key, byKill);
      byKill[killedAtMs]?.push(downtimeMs / 1_000);
    },
  );
  const of = (resolver: string, client: string) => seconds.get(`${resolver}\t${client}`) ?? [];
  const overAll = (client: string) =>
    Array.from({ length: kills }, (_, kill) =>
      resolvers.flatMap((resolver) => of(resolver, client)[kill] ?? []),
    );
  const cell = (resolver: string, client: string, byKill: readonly KillDowntimes[]) => {
    const users = byKill.map((some) => thinned(some, usersPerKillMax));
    const summary = downtimeSummary(users, draw, resamples);
    const counted = { ...summary, users: byKill.reduce((sum, some) => sum + some.length, 0) };
    return { arm, ttlSeconds, resolver, client, summary: counted };
  };
  return clients.flatMap((client) => [
    cell('all', client, overAll(client)),
    ...resolvers.map((resolver) => cell(resolver, client, of(resolver, client))),
  ]);
}
