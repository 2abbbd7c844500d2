// What the tables say of samples and counts: quantiles, exact intervals for rare events, and how sure a ratio is.
import { quantile } from '../../failover/leap/quantile.ts';
import type { Interval } from '../../failover/leap/quantile.ts';

export const median = (sample: readonly number[]): number => quantile(sample, 0.5);

export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
}

export const summary = (sample: readonly number[]): Summary => ({
  count: sample.length,
  median: median(sample),
  p95: quantile(sample, 0.95),
  min: quantile(sample, 0),
  max: quantile(sample, 1),
});

/** P(X <= count) of a Poisson variable, summed in logarithms so that means of thousands do not underflow. */
function poissonCdf(count: number, mean: number): number {
  if (mean === 0) return 1;
  let [log, sum] = [-mean, Math.exp(-mean)];
  for (let k = 1; k <= count; k += 1) {
    log += Math.log(mean / k);
    sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

const bisections = 60;

/** The mean at which a falling function of the mean crosses `target`. */
function meanWhere(cdf: (mean: number) => number, target: number, highMax: number): number {
  let [low, high] = [0, highMax];
  for (let i = 0; i < bisections; i += 1) {
    const middle = (low + high) / 2;
    if (cdf(middle) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Exact (Garwood's) 95 % interval for the mean of a count; it is one-sided for no event at all. */
export function poissonInterval(count: number): Interval {
  const tail = 0.025;
  const highMax = count + 10 * Math.sqrt(count + 1) + 10;
  return {
    low: count === 0 ? 0 : meanWhere((mean) => poissonCdf(count - 1, mean), 1 - tail, highMax),
    high: meanWhere((mean) => poissonCdf(count, mean), tail, highMax),
  };
}

const resamples = 2_000;

/** The ratio of two medians with the percentile bootstrap's 95 % interval; pairs are struck by the same fault, and drawn together. */
export function pairedMedianRatio(
  pairs: readonly (readonly [over: number, under: number])[],
  draw: () => number,
): { readonly ratio: number } & Interval {
  const ratioOf = (some: typeof pairs) =>
    median(some.map(([over]) => over)) / median(some.map(([, under]) => under));
  const pick = () =>
    pairs[Math.floor(draw() * pairs.length)] ?? ([Number.NaN, Number.NaN] as const);
  const ratios = Array.from({ length: resamples }, () => ratioOf(pairs.map(pick)));
  return { ratio: ratioOf(pairs), low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
}
