// A small fleet as the closed forms have it: one address of the region, as many of the standby as a test wants, one TTL.
import type { Fleet, Strategy } from '../../fleet/fleet.ts';
import { clientModels } from '../../failover/leap/client-model.ts';
import type { ClientModel } from '../../failover/leap/client-model.ts';
import type { ResolverModel } from '../../failover/leap/resolver-profile.ts';
import { simulate } from '../../failover/leap/simulate.ts';
import type { LeapSettings, Stricken } from '../../failover/leap/simulate.ts';
import { production } from './fleets.ts';

export const leapFleet = (strategy: Strategy, ttlSeconds: number, standbyAddresses = 2): Fleet => ({
  ...production,
  strategy,
  regions: production.regions.map((region, i) => ({
    ...region,
    answerTtlSeconds: ttlSeconds,
    addressCount: i === 0 ? 1 : standbyAddresses,
  })),
});

/** Keeps what it is told for its TTL and shuffles it: nothing but the arithmetic is left. */
export const plainResolver: ResolverModel = {
  id: 'plain',
  source: { kind: 'assumed', text: 'a test' },
  held: [{ ttlSeconds: 1, heldSeconds: 1 }],
  order: 'shuffled',
  staleFirst: false,
  caches: 1,
};

export const client = (name: string): ClientModel => clientModels.find((c) => c.name === name)!;

export interface LeapRun extends Partial<Omit<LeapSettings, 'fleet' | 'crowds'>> {
  readonly strategy: Strategy;
  readonly ttlSeconds?: number;
  readonly resolver?: ResolverModel;
  readonly clientName?: string;
  readonly standbyAddresses?: number;
}

export function stricken(run: LeapRun): readonly Stricken[] {
  const { strategy, ttlSeconds = 10, resolver = plainResolver, clientName = 'first' } = run;
  const fleet = leapFleet(strategy, ttlSeconds, run.standbyAddresses);
  const users: Stricken[] = [];
  simulate(
    {
      fleet,
      region: fleet.regions[0]!,
      crowds: [{ resolver, client: client(clientName), share: 1 }],
      users: run.users ?? 2_000,
      kills: run.kills ?? 20,
      rewriteSeconds: run.rewriteSeconds ?? [3.4],
      outageSeconds: run.outageSeconds ?? 3_600,
      seed: run.seed ?? 1,
    },
    (user) => users.push(user),
  );
  return users;
}

export const secondsOf = (users: readonly Stricken[]): readonly number[] =>
  users.map(({ downtimeMs }) => downtimeMs / 1_000);

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function standardError(values: readonly number[]): number {
  const centre = meanOf(values);
  const variance = values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}
