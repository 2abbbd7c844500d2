// Time as the pool and the service use it, so that tests can hold it still.

export interface Clock {
  /** Monotonic: only differences mean anything. */
  nowMs(): number;
  /** Calls back once; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
