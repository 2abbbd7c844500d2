// What the tables of the leap goal say of downtimes: mean, quantiles, and 95 % intervals that know which users share a fate.
import { quantile, sortedQuantile } from '../failover/statistics.ts';
import type { Interval } from '../failover/statistics.ts';

export interface Estimate extends Interval {
  readonly value: number;
}

export interface DowntimeSummary {
  readonly users: number;
  readonly kills: number;
  /** User-seconds of downtime per stricken user. */
  readonly meanSeconds: Estimate;
  readonly p50Seconds: Estimate;
  readonly p95Seconds: Estimate;
  readonly p99Seconds: Estimate;
  /** Of the users, those of whom no request failed. */
  readonly zeroShare: Estimate;
}

/** Of one kill; its users had one detection in common. */
export type KillDowntimes = readonly number[];

type Figures = Readonly<Record<keyof typeof figuresOf, number>>;

const figuresOf = {
  meanSeconds: (sorted: Float64Array) =>
    sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
  p50Seconds: (sorted: Float64Array) => sortedQuantile(sorted, 0.5),
  p95Seconds: (sorted: Float64Array) => sortedQuantile(sorted, 0.95),
  p99Seconds: (sorted: Float64Array) => sortedQuantile(sorted, 0.99),
  zeroShare: (sorted: Float64Array) => {
    const first = sorted.findIndex((value) => value > 0);
    return first === -1 ? 1 : first / sorted.length;
  },
} as const;

const names = Object.keys(figuresOf) as (keyof Figures)[];
const resamplesDefault = 1_000;
const tail = 0.025;
/** Of fewer kills a resample of kills alone says little, and too small a spread: users are drawn anew as well. */
const killsAlone = 10;

/**
 * Percentile intervals of a cluster bootstrap (Efron and Tibshirani 1993, 13.3; Field and Welsh 2007): kills are drawn with
 * replacement, each with all its users; of few kills each with a resample of its users, which errs towards wide.
 */
export function downtimeSummary(
  killsSeconds: readonly KillDowntimes[],
  draw: () => number,
  resamples = resamplesDefault,
): DowntimeSummary {
  const kills = killsSeconds.filter((users) => users.length > 0);
  if (kills.length === 0) throw new Error('a summary of nobody was asked for');
  const point = figures(kills);
  const isFew = kills.length < killsAlone;
  const again = Array.from({ length: resamples }, () => {
    const some = redrawn(kills, draw);
    return figures(isFew ? some.map((users) => redrawn(users, draw)) : some);
  });
  const estimates = names.map((name): [keyof Figures, Estimate] => {
    const sample = again.map((of) => of[name]);
    return [
      name,
      { value: point[name], low: quantile(sample, tail), high: quantile(sample, 1 - tail) },
    ];
  });
  return {
    users: kills.reduce((sum, users) => sum + users.length, 0),
    kills: kills.length,
    ...(Object.fromEntries(estimates) as Readonly<Record<keyof Figures, Estimate>>),
  };
}

function redrawn<T>(items: readonly T[], draw: () => number): readonly T[] {
  return items.map((_, i) => items[Math.floor(draw() * items.length)] ?? (items[i] as T));
}

function figures(kills: readonly KillDowntimes[]): Figures {
  // Numbers in a typed array are sorted as numbers, and quickly.
  const sorted = Float64Array.from(kills.flat()).sort();
  return Object.fromEntries(names.map((name) => [name, figuresOf[name](sorted)])) as Figures;
}

/** So many order statistics of a kill's users, evenly spread: the shape of a million in what a bootstrap can draw. */
export function thinned(users: KillDowntimes, countMax: number): KillDowntimes {
  if (users.length <= countMax) return users;
  const sorted = users.toSorted((a, b) => a - b);
  const step = sorted.length / countMax;
  return Array.from({ length: countMax }, (_, i) => sorted[Math.floor((i + 0.5) * step)] ?? 0);
}
