// Chance from a seed: the same draws in the same order, on every machine.

export interface Chance {
  /** Uniform in [0, 1). */
  readonly draw: () => number;
  /** Whether something of this probability happens. */
  readonly happens: (probability: number) => boolean;
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(items: readonly [T, ...T[]]) => T;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are ample for one run and quick to seed. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    draw,
    happens: (probability) => draw() < probability,
    between: (low, high) => low + draw() * (high - low),
    pick: (items) => items[Math.floor(draw() * items.length)] ?? items[0],
  };
}
