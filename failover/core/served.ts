// How a region has served within a window: answers, errors and the slowest of them, summed from slices of any source.

/** A part of what was served: one probe, or what a service has counted since it was last asked. */
export interface Slice {
  readonly atMs: number;
  readonly count: number;
  readonly errors: number;
  /** Answers by how long they took: pairs of a bucket and a count, empty buckets left out. */
  readonly buckets: readonly Bucket[];
}

/** Bucket i holds what took no longer than bound i and longer than the one before; the last one what took longer than all. */
export type Bucket = readonly [bucket: number, count: number];

export interface Tally {
  readonly count: number;
  readonly errors: number;
  /** Null without an answer. */
  readonly p99Ms: number | null;
  readonly slowestMs: number | null;
}

/** A fifth more from each to the next, from 1 ms to beyond any deadline: as exact as a slowdown is worth judging. */
export const probeBoundsMs: readonly number[] = Array.from({ length: 52 }, (_, i) => 1.2 ** i);

const slicesMax = 600;
/** Of few answers the 99th percentile would be the one slowest, which says nothing of the others: so many are passed over. */
const outliersMax = 4;

export const sliceOfProbe = (atMs: number, ok: boolean, tookMs: number): Slice => ({
  atMs,
  count: 1,
  errors: Number(!ok),
  buckets: ok ? [[bucketOf(tookMs, probeBoundsMs), 1]] : [],
});

function bucketOf(ms: number, boundsMs: readonly number[]): number {
  const found = boundsMs.findIndex((bound) => ms <= bound);
  return found === -1 ? boundsMs.length : found;
}

/** The slices of the window that ends now, with one more. */
export const withSlice = (
  slices: readonly Slice[],
  slice: Slice,
  windowMs: number,
): readonly Slice[] => [...within(slices, slice.atMs, windowMs), slice].slice(-slicesMax);

const within = (slices: readonly Slice[], nowMs: number, windowMs: number) =>
  slices.filter(({ atMs }) => nowMs - atMs < windowMs);

export interface TallyWindow {
  readonly nowMs: number;
  readonly windowMs: number;
}

export function tallyOf(
  slices: readonly Slice[],
  boundsMs: readonly number[],
  { nowMs, windowMs }: TallyWindow,
): Tally {
  const buckets = Array<number>(boundsMs.length + 1).fill(0);
  let [count, errors, answers] = [0, 0, 0];
  for (const slice of slices) {
    if (nowMs - slice.atMs >= windowMs) continue;
    count += slice.count;
    errors += slice.errors;
    for (const [bucket, more] of slice.buckets) {
      buckets[bucket] = (buckets[bucket] ?? 0) + more;
      answers += more;
    }
  }
  const at = (rank: number) => (answers === 0 ? null : quantile(buckets, boundsMs, rank));
  return {
    count,
    errors,
    p99Ms: at(Math.max(1, Math.min(0.99 * answers, answers - outliersMax))),
    slowestMs: at(answers),
  };
}

/** Evenly spread within a bucket, as Prometheus has it; above the last bound that bound is all that is known. */
function quantile(buckets: readonly number[], boundsMs: readonly number[], rank: number): number {
  let below = 0;
  let low = 0;
  for (let i = 0; i < boundsMs.length; i += 1) {
    const [high = low, count = 0] = [boundsMs[i], buckets[i]];
    if (count > 0 && below + count >= rank) return low + ((high - low) * (rank - below)) / count;
    below += count;
    low = high;
  }
  return low;
}
