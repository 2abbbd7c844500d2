// The answer to a what-if question: downtime by client with its intervals, the same with single addresses, the price in peace.
import { downtimeSummary, thinned } from '../../failover/leap/downtime-summary.ts';
import type { DowntimeSummary } from '../../failover/leap/downtime-summary.ts';
import { predict } from '../../failover/leap/predict.ts';
import type { Question } from '../../failover/leap/predict.ts';
import { crossRegionGigabytes } from '../../failover/leap/price.ts';
import type { Price } from '../../failover/leap/price.ts';
import { chanceFrom } from '../../failover/simulation/seeded-chance.ts';
import { strategyText } from '../../fleet/strategy-text.ts';
import type { WhatIf } from './question.ts';

interface Downtimes {
  readonly all: DowntimeSummary;
  readonly clients: Readonly<Record<string, DowntimeSummary>>;
}

/** Plain data: it is printed as JSON, and crosses processes. */
export interface Forecast extends Downtimes {
  readonly region: string;
  readonly strategy: string;
  readonly ttlSeconds: number;
  /** From the death to the first rewritten answer. */
  readonly rewriteSeconds: { readonly least: number; readonly most: number };
  readonly price: Price & {
    /** Null where no load was given. */
    readonly gigabytesPerMonth: number | null;
  };
  readonly single: Downtimes;
  /** Who the users are taken to be, and what of it is measured. */
  readonly population: string;
}

/** A bootstrap of 40 kills of this many users each takes a second or two. */
const usersPerKillMax = 250;
const resamples = 300;

/** Of the default 40,000 users it takes seconds: not for a process that others wait for. */
export function forecastOf({ question, population, load }: WhatIf): Forecast {
  const { region, strategy, ttlSeconds, rewriteSeconds } = question;
  const { price, ...downtimes } = answered(question);
  const { all, clients } = answered({ ...question, strategy: { kind: 'single' } });
  return {
    region: region.id,
    strategy: strategyText(strategy),
    ttlSeconds,
    rewriteSeconds: { least: Math.min(...rewriteSeconds), most: Math.max(...rewriteSeconds) },
    price: {
      ...price,
      gigabytesPerMonth: load === null ? null : crossRegionGigabytes(price, load),
    },
    ...downtimes,
    single: { all, clients },
    population: population.source,
  };
}

function answered(question: Question): Downtimes & { readonly price: Price } {
  const { price, downtimes } = predict(question);
  const { draw } = chanceFrom(question.seed);
  const summary = (kills: readonly (readonly number[])[]): DowntimeSummary => ({
    ...downtimeSummary(
      kills.map((users) => thinned(users, usersPerKillMax)),
      draw,
      resamples,
    ),
    users: kills.reduce((sum, users) => sum + users.length, 0),
  });
  const byKill = Array.from({ length: question.kills }, (_, kill) =>
    [...downtimes.values()].flatMap((kills) => kills[kill] ?? []),
  );
  return {
    price,
    all: summary(byKill),
    clients: Object.fromEntries(
      [...downtimes].map(([client, kills]) => [client, summary(kills)] as const),
    ),
  };
}
