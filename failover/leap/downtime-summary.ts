// What the tables of the leap goal say of downtimes: mean, quantiles, and 95 % intervals that know which users share a fate.
import { quantile } from './quantile.ts';
import type { Interval } from './quantile.ts';

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

type Figures = Record<(typeof names)[number], number>;

const names = ['meanSeconds', 'p50Seconds', 'p95Seconds', 'p99Seconds', 'zeroShare'] as const;
const shares = [0.5, 0.95, 0.99] as const;
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
  const crowd = ordered(killsSeconds);
  const point = figuresOf(crowd, eachOnce(crowd));
  const again = Array.from({ length: resamples }, () => figuresOf(crowd, redrawn(crowd, draw)));
  const estimates = names.map((name): [keyof Figures, Estimate] => [
    name,
    estimate(
      point[name],
      again.map((of) => of[name]),
    ),
  ]);
  return {
    users: crowd.seconds.length,
    kills: crowd.kills.length,
    ...(Object.fromEntries(estimates) as Readonly<Record<keyof Figures, Estimate>>),
  };
}

/**
 * The share of the mean downtime of one arm that another saves: 1 - mean/mean, with the same interval. Two arms are struck by
 * different kills, so that each is drawn on its own. Null where there was nothing to save.
 */
export function savedShare(
  of: readonly KillDowntimes[],
  by: readonly KillDowntimes[],
  draw: () => number,
  resamples = resamplesDefault,
): Estimate | null {
  const [from, to] = [ordered(of), ordered(by)];
  const lost = meanOf(from, eachOnce(from));
  if (lost === 0) return null;
  const again = Array.from(
    { length: resamples },
    () => 1 - meanOf(to, redrawn(to, draw)) / meanOf(from, redrawn(from, draw)),
  );
  return estimate(1 - meanOf(to, eachOnce(to)) / lost, again.filter(Number.isFinite));
}

const estimate = (value: number, sample: readonly number[]): Estimate => ({
  value,
  low: quantile(sample, tail),
  high: quantile(sample, 1 - tail),
});

/** All users in order of their downtimes: a resample is how often each of them is drawn, and needs no order of its own. */
interface Crowd {
  readonly seconds: Float64Array;
  /** Of each kill, where its users stand in that order. */
  readonly kills: readonly Uint32Array[];
}

function ordered(killsSeconds: readonly KillDowntimes[]): Crowd {
  const some = killsSeconds.filter((users) => users.length > 0);
  if (some.length === 0) throw new Error('a summary of nobody was asked for');
  const users = some.flatMap((downtimes, kill) => downtimes.map((seconds) => ({ seconds, kill })));
  const order = Uint32Array.from(users.keys()).sort(
    (a, b) => (users[a]?.seconds ?? 0) - (users[b]?.seconds ?? 0),
  );
  const places = new Uint32Array(users.length);
  for (const [place, user] of order.entries()) places[user] = place;
  let from = 0;
  const kills = some.map(({ length }) => places.slice(from, (from += length)));
  return { seconds: Float64Array.from(order, (user) => users[user]?.seconds ?? 0), kills };
}

const eachOnce = ({ seconds }: Crowd): Uint32Array => new Uint32Array(seconds.length).fill(1);

const meanOf = (crowd: Crowd, counts: Uint32Array): number => figuresOf(crowd, counts).meanSeconds;

function redrawn({ seconds, kills }: Crowd, draw: () => number): Uint32Array {
  const counts = new Uint32Array(seconds.length);
  const drawn = kills.map(() => kills[Math.floor(draw() * kills.length)] ?? new Uint32Array());
  const isFew = kills.length < killsAlone;
  for (const places of drawn)
    for (let user = 0; user < places.length; user += 1) {
      const place = places[isFew ? Math.floor(draw() * places.length) : user] ?? 0;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  return counts;
}

/** Of a sample that has each user so often; quantiles of Hyndman and Fan's type 7. */
function figuresOf({ seconds }: Crowd, counts: Uint32Array): Figures {
  let users = 0;
  for (let place = 0; place < counts.length; place += 1) users += counts[place] ?? 0;
  const ranks = shares.map((share) => (users - 1) * share);
  // What stands below and above each rank; of few users the one above a rank may be beyond the one below the next.
  const [lows, highs] = [ranks.map(Math.floor), ranks.map(Math.ceil)];
  const [below, above]: [number[], number[]] = [[], []];
  let [sum, zeros, seen] = [0, 0, 0];
  for (let place = 0; place < seconds.length; place += 1) {
    const value = seconds[place] ?? 0;
    const count = counts[place] ?? 0;
    sum += value * count;
    seen += count;
    if (value === 0) zeros = seen;
    while ((lows[below.length] ?? seen) < seen) below.push(value);
    while ((highs[above.length] ?? seen) < seen) above.push(value);
  }
  const at = (i: number) => {
    const [low = 0, high = 0] = [below[i], above[i]];
    return low + (high - low) * ((ranks[i] ?? 0) - (lows[i] ?? 0));
  };
  return {
    meanSeconds: sum / users,
    p50Seconds: at(0),
    p95Seconds: at(1),
    p99Seconds: at(2),
    zeroShare: zeros / users,
  };
}

/** So many order statistics of a kill's users, evenly spread: the shape of a million in what a bootstrap can draw. */
export function thinned(users: KillDowntimes, countMax: number): KillDowntimes {
  if (users.length <= countMax) return users;
  const sorted = users.toSorted((a, b) => a - b);
  const step = sorted.length / countMax;
  return Array.from({ length: countMax }, (_, i) => sorted[Math.floor((i + 0.5) * step)] ?? 0);
}
