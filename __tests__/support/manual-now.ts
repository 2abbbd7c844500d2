// A calendar that stands still until a test lets time pass.

export interface ManualNow {
  readonly nowMs: () => number;
  readonly pass: (ms: number) => void;
}

export function manualNow(startMs = Date.UTC(2026, 10, 21, 9)): ManualNow {
  let now = startMs;
  return {
    nowMs: () => now,
    pass(ms) {
      now += ms;
    },
  };
}
