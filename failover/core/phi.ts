// Suspicion as a number: phi accrual (Hayashibara, Défago, Yared and Katayama, SRDS 2004). Shown, and never acted upon.

/** Intervals between answers, the newest last. */
export interface Arrivals {
  readonly intervalsMs: readonly number[];
  readonly lastAtMs: number | null;
}

export const noArrivals: Arrivals = { intervalsMs: [], lastAtMs: null };

const intervalsMax = 100;
/** Fewer have no spread worth speaking of. */
const intervalsMin = 5;
/** On a steady beat answers hardly vary, and a beat that comes a moment late would look like a death. */
const deviationMsMin = 500;

/**
 * Adds an answer. An interval that spans an outage is no habit of the region and is left out: `usualMsMax` is what may lie
 * between two answers while it is up.
 */
export function addArrival(arrivals: Arrivals, atMs: number, usualMsMax: number): Arrivals {
  const { intervalsMs, lastAtMs } = arrivals;
  const intervalMs = lastAtMs === null ? Number.POSITIVE_INFINITY : atMs - lastAtMs;
  const kept = intervalMs <= usualMsMax ? [...intervalsMs, intervalMs] : intervalsMs;
  return { intervalsMs: kept.slice(-intervalsMax), lastAtMs: atMs };
}

/**
 * phi(t) = -log10 P(an answer comes later than t after the last one), with the intervals taken as normally distributed: their
 * mean, and their standard deviation or `deviationMsMin`, whichever is larger. At phi 1 one suspicion in ten is wrong, at
 * 8 one in 10^8, if the intervals are what they were. 0 until enough of them are known.
 */
export function phi({ intervalsMs, lastAtMs }: Arrivals, nowMs: number): number {
  const count = intervalsMs.length;
  if (lastAtMs === null || count < intervalsMin) return 0;
  const mean = intervalsMs.reduce((sum, ms) => sum + ms, 0) / count;
  const variance = intervalsMs.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / count;
  const deviation = Math.max(Math.sqrt(variance), deviationMsMin);
  return minusLog10OfTail((nowMs - lastAtMs - mean) / deviation);
}

/** Below this the series converges fast, above it the continued fraction does. */
const seriesMax = 2.5;
const turns = 60;

/**
 * -log10 Q(x) of the standard normal distribution, precise far out where Q(x) itself is no longer a number (DLMF 7.6.2 and
 * 7.9.3, with x = z sqrt 2).
 */
export function minusLog10OfTail(x: number): number {
  if (x < seriesMax)
    return -Math.log10(x < -seriesMax ? 1 - 10 ** -minusLog10OfTail(-x) : 0.5 - centre(x));
  // Q(x) = exp(-x^2/2) / sqrt(2 pi) / (x + 1/(x + 2/(x + 3/(x + ...))))
  let denominator = x;
  for (let k = turns; k >= 1; k -= 1) denominator = x + k / denominator;
  return x ** 2 / 2 / Math.LN10 + Math.log10(Math.sqrt(2 * Math.PI) * denominator);
}

/** Q(0) - Q(x) = exp(-x^2/2) / sqrt(2 pi) * (x + x^3/3 + x^5/(3*5) + ...). */
function centre(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 1; k <= turns; k += 1) {
    term *= x ** 2 / (2 * k + 1);
    sum += term;
  }
  return (sum * Math.exp(-(x ** 2) / 2)) / Math.sqrt(2 * Math.PI);
}
