// gdnsd's anti-flap rule as gdnsd.config(5) documents it, so that it can be run for simulated years.

export interface GdnsdThresholds {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly upThresh: number;
  readonly okThresh: number;
  readonly downThresh: number;
}

export interface GdnsdState {
  readonly isUp: boolean;
  readonly failures: number;
  readonly successesInARow: number;
}

export const freshGdnsdState: GdnsdState = { isUp: true, failures: 0, successesInARow: 0 };

/**
 * | state | result  | next                                                                                     |
 * |-------|---------|------------------------------------------------------------------------------------------|
 * | up    | failure | failures + 1; down at `downThresh`, however many successes lay in between                |
 * | up    | success | failures forgotten after `okThresh` successes in a row                                   |
 * | down  | failure | the count of successes begins anew                                                       |
 * | down  | success | up after `upThresh` successes in a row                                                   |
 */
export function afterPoll(
  { isUp, failures, successesInARow }: GdnsdState,
  isOk: boolean,
  { upThresh, okThresh, downThresh }: GdnsdThresholds,
): GdnsdState {
  const inARow = isOk ? successesInARow + 1 : 0;
  if (!isUp)
    return inARow >= upThresh ? freshGdnsdState : { isUp, failures, successesInARow: inARow };
  const counted = isOk ? failures : failures + 1;
  if (counted >= downThresh) return { isUp: false, failures: 0, successesInARow: 0 };
  return { isUp, failures: inARow >= okThresh ? 0 : counted, successesInARow: inARow };
}
