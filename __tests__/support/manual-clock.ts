// A clock that stands still until told otherwise.
import type { Clock } from '../../services/inference/pool/clock.ts';

export interface ManualClock extends Clock {
  /** Moves on, calling back whatever falls due, in order. */
  advance(ms: number): void;
}

export function manualClock(): ManualClock {
  let nowMs = 0;
  let due: { readonly atMs: number; readonly callback: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      const entry = { atMs: nowMs + delayMs, callback };
      due.push(entry);
      return () => {
        due = due.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = due.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        due = due.filter((entry) => entry !== next);
        nowMs = next.atMs;
        next.callback();
      }
      nowMs = untilMs;
    },
  };
}
