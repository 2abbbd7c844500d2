// What a service counts of its own requests: from two readings to what happened between them, whatever restarted meanwhile.
import type { Bucket, Slice } from './served.ts';
import type { WorkCounters } from './work-counters.ts';

/** As one machine counts since it started. Behind a balancer each reading may meet another machine. */
export interface RequestCounters {
  readonly machine: string;
  readonly count: number;
  readonly errors: number;
  /** Answers by how long they took, each within one pair of `requestBoundsMs`; the last above them all. */
  readonly buckets: readonly number[];
  /** Where it says how busy its workers are. */
  readonly work?: WorkCounters;
}

/** The bounds that OpenTelemetry recommends for HTTP, in which the service counts. */
export const requestBoundsMs: readonly number[] = [
  5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
];

/** The last reading of each machine. */
export type Readings = Readonly<Record<string, RequestCounters & { readonly atMs: number }>>;

const machinesMax = 64;

export interface Reading {
  readonly counters: RequestCounters;
  readonly atMs: number;
  /** A machine that was last met longer ago than this tells nothing of now. */
  readonly windowMs: number;
}

/**
 * | the machine               | its counters     | what is new                                        |
 * |---------------------------|------------------|----------------------------------------------------|
 * | never met, or long ago    | any              | nothing: they may be a year old                    |
 * | met within the window     | all as before, or higher | the differences                            |
 * | met within the window     | any of them lower | all of them: it has restarted and counts from zero |
 */
export function addReading(
  readings: Readings,
  { counters, atMs, windowMs }: Reading,
): { readonly readings: Readings; readonly slice: Slice | null } {
  const before = readings[counters.machine];
  const others = Object.entries(readings)
    .filter(([machine]) => machine !== counters.machine)
    .sort(([, a], [, b]) => a.atMs - b.atMs)
    .slice(1 - machinesMax);
  const next = Object.fromEntries([...others, [counters.machine, { ...counters, atMs }]]);
  if (before === undefined || atMs - before.atMs > windowMs) return { readings: next, slice: null };
  return { readings: next, slice: { atMs, ...sinceOrAll(before, counters) } };
}

function sinceOrAll(before: RequestCounters, now: RequestCounters): Omit<Slice, 'atMs'> {
  const buckets = now.buckets.map((count, i) => count - (before.buckets[i] ?? 0));
  const count = now.count - before.count;
  const errors = now.errors - before.errors;
  const hasRestarted = [count, errors, ...buckets].some((difference) => difference < 0);
  if (!hasRestarted) return { count, errors, buckets: filled(buckets) };
  return { count: now.count, errors: now.errors, buckets: filled(now.buckets) };
}

const filled = (counts: readonly number[]): readonly Bucket[] =>
  counts.map((count, bucket): Bucket => [bucket, count]).filter(([, count]) => count > 0);
