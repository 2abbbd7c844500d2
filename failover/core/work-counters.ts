// How busy a machine was: from two readings of what its workers have done to the share of their time that it took.

/** As one machine counts since it started. */
export interface WorkCounters {
  /** Time that its workers have spent on tasks, all of them together. */
  readonly busySeconds: number;
  readonly workers: number;
}

export type WorkReading = WorkCounters & { readonly atMs: number };

/**
 * | the readings                        | utilisation                          |
 * |-------------------------------------|--------------------------------------|
 * | no time apart, or no workers        | not known                            |
 * | the later one has counted less      | not known: it restarted in between   |
 * | otherwise                           | what was spent of what there was     |
 *
 * A task is counted when it ends, so that a moment may seem busier than it can be: never above 1.
 */
export function utilisationBetween(before: WorkReading, now: WorkReading): number | null {
  const seconds = ((now.atMs - before.atMs) / 1_000) * now.workers;
  const spent = now.busySeconds - before.busySeconds;
  if (!(seconds > 0) || spent < 0) return null;
  return Math.min(1, spent / seconds);
}
