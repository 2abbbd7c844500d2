// Quantiles of a sample, and what an interval is.

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Hyndman and Fan's type 7, as in most tools. NaN for an empty sample. */
export const quantile = (sample: readonly number[], share: number): number =>
  sortedQuantile(
    sample.toSorted((a, b) => a - b),
    share,
  );

/** The same of a sample that ascends already. */
function sortedQuantile(sorted: ArrayLike<number>, share: number): number {
  const place = (sorted.length - 1) * share;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}
