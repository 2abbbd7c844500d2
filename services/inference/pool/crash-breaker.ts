// Stops a crash loop: after a few crashes within a minute no worker is started until the oldest of them is a minute old.

export interface BreakerLimits {
  readonly crashesMax: number;
  readonly windowMs: number;
}

/** Five a minute: a broken disk or model cannot burn a core with restarts, and a lone crash is replaced at once. */
export const usualBreaker: BreakerLimits = { crashesMax: 5, windowMs: 60_000 };

export class CrashBreaker {
  readonly #limits: BreakerLimits;
  #crashesAtMs: readonly number[] = [];

  constructor(limits: BreakerLimits) {
    this.#limits = limits;
  }

  add(nowMs: number): void {
    this.#crashesAtMs = [...this.#crashesAtMs, nowMs].slice(-this.#limits.crashesMax);
  }

  /** How long to wait before the next start; 0 when it may be now. */
  waitMs(nowMs: number): number {
    const { crashesMax, windowMs } = this.#limits;
    const oldest = this.#crashesAtMs[0];
    if (oldest === undefined || this.#crashesAtMs.length < crashesMax) return 0;
    return Math.max(0, oldest + windowMs - nowMs);
  }
}
