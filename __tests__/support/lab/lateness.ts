// How late this machine itself is: what it stole from everybody on it is not held against the controllers.
const beatMs = 50;
/** A timer is rarely on time to the millisecond; that much is no theft. */
const usualLateMs = 10;

interface Theft {
  readonly at: number;
  readonly lateMs: number;
}

export class Lateness {
  readonly #thefts: Theft[] = [];
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();

  constructor() {
    this.#timer = setInterval(() => this.#beat(), beatMs);
    // Nobody is kept alive to measure how late he is.
    this.#timer.unref();
  }

  /** What was stolen between two readings of the wall clock. */
  stolenMs(since: number, until: number): number {
    return this.#thefts
      .filter(({ at }) => at >= since && at <= until)
      .reduce((sum, { lateMs }) => sum + lateMs, 0);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const nowMs = performance.now();
    const lateMs = nowMs - this.#lastMs - beatMs;
    this.#lastMs = nowMs;
    if (lateMs > usualLateMs) this.#thefts.push({ at: Date.now(), lateMs });
  }
}
