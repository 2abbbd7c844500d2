// The account's request allowance: so many a second, no more than a second's worth saved up.

export interface TokenBucket {
  readonly tokens: number;
  readonly filledAtMs: number;
}

export const fullBucket = (perSecond: number, nowMs: number): TokenBucket => ({
  tokens: perSecond,
  filledAtMs: nowMs,
});

/** One token less, or `null` when there is none to take. */
export function takeToken(
  bucket: TokenBucket,
  perSecond: number,
  nowMs: number,
): TokenBucket | null {
  const gained = (Math.max(0, nowMs - bucket.filledAtMs) / 1_000) * perSecond;
  const tokens = Math.min(perSecond, bucket.tokens + gained);
  return tokens < 1 ? null : { tokens: tokens - 1, filledAtMs: nowMs };
}
