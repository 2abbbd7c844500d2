// How long work takes of late, and from that, when to come back: the number behind every Retry-After.

/** Weight of the newest run: the mean follows a change of load within about ten runs. */
const newestShare = 0.2;
/** Assumed before the first run: a picture takes 0.1 to 0.5 s on one CPU core. */
const firstGuessMs = 500;
export const retryAfterSecondsMax = 60;

export class ServiceTime {
  #meanMs = firstGuessMs;

  add(tookMs: number): void {
    this.#meanMs += newestShare * (tookMs - this.#meanMs);
  }

  get meanMs(): number {
    return this.#meanMs;
  }

  /** When the work now waiting and running will be done, in whole seconds of 1..60 (RFC 9110, 10.2.3 knows no fractions). */
  retryAfterSeconds(jobs: number, workers: number): number {
    if (workers === 0) return retryAfterSecondsMax;
    const seconds = Math.ceil((jobs * this.#meanMs) / workers / 1_000);
    return Math.min(Math.max(seconds, 1), retryAfterSecondsMax);
  }
}
