// The leap goal in closed form: what a region's death costs its users, from a share, a TTL and a time to rewrite. Derived in docs/leap-goal/theory.md.

/** All in seconds. A cache that somebody asks all the time, so that its entry has any age when the region dies. */
export interface Loss {
  /** From the death to the first rewritten answer. */
  readonly rewrite: number;
  /** How long a cache keeps an answer: the TTL, plus what its resolver adds, at least its floor. */
  readonly held: number;
  /** q: the share of answers that begin with a living address before anything is rewritten. */
  readonly aliveShare: number;
}

/** (1 - q)(D + T/2): at every instant until the rewrite 1 - q of the answers are dead, and then what is left of an entry. */
export const meanDowntime = ({ rewrite, held, aliveShare }: Loss): number =>
  (1 - aliveShare) * (rewrite + held / 2);

/** q^(1 + n) (1 - f + f q): alive when the region dies, and again each time that the cache fetches until the rewrite. */
export function zeroDowntimeShare({ rewrite, held, aliveShare }: Loss): number {
  const periods = rewrite / held;
  const whole = Math.floor(periods);
  const rest = periods - whole;
  return aliveShare ** (1 + whole) * (1 - rest + rest * aliveShare);
}

/**
 * P(downtime <= x) of a client that takes one address for as long as its cache holds it, for D <= T. The entry at the death
 * runs out at U, uniform in [0, T]. If U >= D it is the only one; else it is followed by one that is kept from U to U + T.
 */
export function downtimeCdf({ rewrite, held, aliveShare }: Loss, seconds: number): number {
  if (rewrite > held) throw new Error('the closed form of the distribution holds for D <= T only');
  if (seconds < 0) return 0;
  const [q, p] = [aliveShare, 1 - aliveShare];
  const uniform = (low: number, high: number) =>
    high <= low ? Number(seconds >= low) : Math.min(1, Math.max(0, (seconds - low) / (high - low)));
  const isRefetched = rewrite / held;
  const onlyOne = q + p * uniform(rewrite, held);
  const thenAnother =
    q * q +
    p * q * uniform(0, rewrite) +
    q * p * uniform(held, held) +
    p * p * uniform(held, held + rewrite);
  return (1 - isRefetched) * onlyOne + isRefetched * thenAnother;
}

const bisections = 60;

/** The least downtime that this share of the users does not exceed. D <= T. */
export function downtimeQuantile(loss: Loss, share: number): number {
  if (downtimeCdf(loss, 0) >= share) return 0;
  let [low, high] = [0, loss.held + loss.rewrite];
  for (let i = 0; i < bisections; i += 1) {
    const middle = (low + high) / 2;
    if (downtimeCdf(loss, middle) >= share) high = middle;
    else low = middle;
  }
  return high;
}

export interface Widening {
  /** From the death to the first widened answer, and to the rewritten one. */
  readonly widened: number;
  readonly rewrite: number;
  readonly held: number;
  /** How long a widened answer is kept, and the share of them that begin with a living address. */
  readonly widenedHeld: number;
  readonly aliveShare: number;
}

/**
 * D1 + T/2 until a cache has something new; whoever fetches between D1 and D gets a widened answer, dead first in 1 - q of
 * its fetches, until D and then for half of its short life. D - D1 <= T.
 */
export function widenedMeanDowntime(of: Widening): number {
  const { widened, rewrite, held, widenedHeld, aliveShare } = of;
  const between = rewrite - widened;
  if (between < 0 || between > held) throw new Error('the closed form holds for 0 <= D - D1 <= T');
  const met = ((1 - aliveShare) * (between ** 2 / 2 + (between * widenedHeld) / 2)) / held;
  return widened + held / 2 + met;
}

/** (1 - q)^k: k questions, each to a cache of a pool by chance, all met a dead address. Many caches that share nothing. */
export const allDeadShare = (aliveShare: number, questions: number): number =>
  (1 - aliveShare) ** questions;

/** Every address is tried: what is lost is the delay before the next attempt, in 1 - q of the requests. */
export const meanAttemptDelay = (aliveShare: number, attemptDelay: number): number =>
  (1 - aliveShare) * attemptDelay;

export interface Probing {
  readonly interval: number;
  readonly timeout: number;
  readonly misses: number;
}

/** Seconds until the last of so many misses in a row: no controller is sooner, whatever it does next. */
export const detection = ({ interval, timeout, misses }: Probing) => {
  const afterFirst = (misses - 1) * interval + timeout;
  return { least: afterFirst, mean: afterFirst + interval / 2, most: afterFirst + interval };
};
