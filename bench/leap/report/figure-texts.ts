// Figures as the tables write them: seconds, shares, and 95 % intervals.
import type { Estimate } from '../statistics.ts';

export const secondsText = (seconds: number): string => seconds.toFixed(1);
export const percentText = (share: number): string => `${(100 * share).toFixed(0)} %`;

export const withInterval = (
  { value, low, high }: Estimate,
  text: (value: number) => string = secondsText,
): string => `${text(value)} (${text(low)} to ${text(high)})`;

/** Nobody of the control ever recovers: the window ended, and the least is what is known. */
export const atLeast = (isLeast: boolean, text: string): string => (isLeast ? `≥ ${text}` : text);

export const codeText = (name: string): string => `\`${name}\``;
