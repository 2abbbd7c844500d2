// Figures as the tables write them: seconds, shares, and 95 % intervals.
import type { Estimate } from '../../../failover/leap/downtime-summary.ts';

export const secondsText = (seconds: number): string => seconds.toFixed(1);
export const percentText = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** A share of which the first digit may stand behind the point. */
export const finePercentText = (share: number): string =>
  `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** Two digits; none at all is written as that. */
export const rateText = (rate: number): string => (rate === 0 ? '0' : rate.toPrecision(2));

/**
 * Where all or none of so many users are counted, a resample shows no spread: then the exact bound of 97.5 % (Clopper and
 * Pearson), which takes the users as independent and is the least that can be said.
 */
export function shareText({ value, low, high }: Estimate, users: number): string {
  const bound = 0.025 ** (1 / users);
  if (value === 1) return `100 % (at least ${Math.floor(100 * bound)} %)`;
  if (value === 0) return `0 % (at most ${Math.ceil(100 * (1 - bound))} %)`;
  return withInterval({ value, low, high }, percentText);
}

export const withInterval = (
  { value, low, high }: Estimate,
  text: (value: number) => string = secondsText,
): string => `${text(value)} (${text(low)} to ${text(high)})`;

/** Nobody of the control ever recovers: the window ended, and the least is what is known. */
export const atLeast = (isLeast: boolean, text: string): string => (isLeast ? `≥ ${text}` : text);

export const codeText = (name: string): string => `\`${name}\``;
