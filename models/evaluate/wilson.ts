// The 95 % interval of a share that was counted. Pure.
import type { Estimate } from '../../fleet/card.ts';

const z = 1.959963984540054;

/** Wilson, Journal of the American Statistical Association 1927;22:209-212: honest where the share is near 0 or 1. */
export function wilsonInterval(count: number, n: number): Estimate {
  const share = count / n;
  const weight = 1 / (1 + z ** 2 / n);
  const centre = weight * (share + z ** 2 / (2 * n));
  const half = weight * z * Math.sqrt((share * (1 - share)) / n + (z / (2 * n)) ** 2);
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
