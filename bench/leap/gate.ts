// Whether the simulator says what the lab has measured: arm by arm and client by client, within what chance allows. Pure.
import type { Row } from './row.ts';

export interface Comparison {
  readonly arm: string;
  readonly ttlSeconds: number;
  readonly client: string;
  readonly users: number;
  readonly labSeconds: number;
  /** Of the lab's mean, over its caches: users behind one cache and in one kill share a fate. */
  readonly standardErrorSeconds: number;
  readonly simulatedSeconds: number;
  readonly isWithin: boolean;
}

const shareMax = 0.15;
const standardErrorsMax = 2;

/** The wider of the two decides: a mean of few caches says little, and one of many need not be met to the second. */
export function comparison(rows: readonly Row[], simulatedSeconds: number): Comparison {
  const [first] = rows;
  if (first === undefined) throw new RangeError('nothing was measured');
  const fates = new Map<string, number[]>();
  for (const { killedAtMs, cache, downtimeMs } of rows) {
    const fate = `${killedAtMs} ${cache}`;
    fates.set(fate, [...(fates.get(fate) ?? []), downtimeMs / 1_000]);
  }
  const means = [...fates.values()].map(mean);
  const labSeconds = mean(means);
  const standardErrorSeconds = standardErrorOf(means);
  const granted = Math.max(shareMax * labSeconds, standardErrorsMax * standardErrorSeconds);
  return {
    arm: first.arm,
    ttlSeconds: first.ttlSeconds,
    client: first.client,
    users: rows.length,
    labSeconds,
    standardErrorSeconds,
    simulatedSeconds,
    isWithin: Math.abs(labSeconds - simulatedSeconds) <= granted,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Infinity of a single value, which allows everything and so shows nothing. */
function standardErrorOf(values: readonly number[]): number {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const centre = mean(values);
  const variance =
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}
