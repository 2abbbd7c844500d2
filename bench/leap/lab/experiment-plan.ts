// Which arm is struck when: rounds in blocks, every arm once in each, in an order drawn from the seed; and how long all of it takes.
import type { ResolverProfile } from '../../../failover/lab/resolvers/resolver-profile.ts';
import { requestsPerConnection } from '../../../failover/leap/client-model.ts';
import { chanceFrom } from '../../../failover/simulation/seeded-chance.ts';
import type { ClientName } from './client-names.ts';

export const faults = ['blackhole', 'refused', 'killed'] as const;
export type Fault = (typeof faults)[number];

/** What a run is repeated from. Two runs with the same settings and the same seed strike in the same order. */
export interface ExperimentSettings {
  /** Strategies as they are written, and `control`. */
  readonly arms: readonly string[];
  readonly ttlsSeconds: readonly number[];
  readonly kills: number;
  readonly fault: Fault;
  readonly resolvers: readonly string[];
  readonly clients: readonly ClientName[];
  /** Independent caches of each resolver profile. */
  readonly copies: number;
  readonly seed: number;
}

export interface PlannedRound {
  /** From 0, in the order in which they are made: a run that is taken up again knows by it what is done. */
  readonly number: number;
  readonly arm: string;
  readonly ttlSeconds: number;
  /** After the rest: a kill in step with the caches' own beat would flatter or punish all of them alike. */
  readonly phaseMs: number;
}

/** Load, and whoever else works on the machine, falls on all arms alike. */
export function roundsOf({ arms, ttlsSeconds, kills, seed }: ExperimentSettings) {
  const chance = chanceFrom(seed);
  const blocks = Array.from({ length: kills }, () =>
    ttlsSeconds.flatMap((ttlSeconds) => {
      const order = arms.map((arm) => ({ arm, draw: chance.draw() }));
      return order
        .toSorted((a, b) => a.draw - b.draw)
        .map(({ arm }) => ({ arm, ttlSeconds, phaseMs: chance.between(0, ttlSeconds * 1_000) }));
    }),
  );
  return blocks.flat().map((round, number): PlannedRound => ({ ...round, number }));
}

export interface RoundTimes {
  /** From the arm's records being served to the earliest kill: no cache and no connection holds anything of another arm. */
  readonly restMs: number;
  /** From the kill until every cache has been told the rewrite. */
  readonly windowMs: number;
  /** Requests begun within the window come to their end. */
  readonly graceMs: number;
}

/** Detection, publication, and a machine that is late. */
const rewriteMsMax = 12_000;
const spareMs = 5_000;
/**
 * Chromium keeps an answer for at least a minute, and a connection that it is making for as long as the kernel repeats its SYN:
 * 127 s with Linux's six repetitions.
 */
const browserHoldSeconds = 140;
/** Of a client's requests. */
const everyMs = 1_000;
const curlMsMax = 10_000;
const patienceMs = 5_000;
/** Three controllers are started anew and agree; afterwards the region returns in steps. Measured. */
const changeMsUsual = 25_000;

export function roundTimes(
  ttlSeconds: number,
  profiles: readonly ResolverProfile[],
  clients: readonly ClientName[],
): RoundTimes {
  const minima = profiles.map(({ options }) => options.ttlSecondsMin ?? 0);
  const browser = clients.includes('chromium') ? browserHoldSeconds : 0;
  // Some hold an answer for a second more than they were told.
  const holdMs = (Math.max(ttlSeconds, ...minima) + 1 + browser) * 1_000;
  const pooledMs = clients.includes('keep-alive') ? requestsPerConnection * everyMs : 0;
  return {
    restMs: holdMs + pooledMs + ttlSeconds * 1_000 + spareMs,
    windowMs: rewriteMsMax + holdMs,
    graceMs: clients.includes('curl') ? curlMsMax : patienceMs,
  };
}

export const durationMs = (
  rounds: readonly PlannedRound[],
  timesOf: (ttlSeconds: number) => RoundTimes,
): number =>
  rounds
    .map(({ ttlSeconds, phaseMs }) => ({ phaseMs, ...timesOf(ttlSeconds) }))
    .reduce((sum, t) => sum + changeMsUsual + t.restMs + t.phaseMs + t.windowMs + t.graceMs, 0);
