// A seeded source of chance, so that resamples, folds and augmentations repeat exactly.

/**
 * Uniform numbers in [0, 1) from the generator sfc32 (Doty-Humphrey, PractRand 2010: 128 bits of state, average
 * period 2^127). The first draws are thrown away until the seed has reached every bit of the state.
 */
export function seededRandom(seed: number): () => number {
  const warmUpDraws = 15;
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = () => {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + mixed) | 0;
    return (mixed >>> 0) / 2 ** 32;
  };
  for (let draw = 0; draw < warmUpDraws; draw++) next();
  return next;
}

/** The numbers 0 to n - 1 in random order (Fisher-Yates). */
export function shuffled(n: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
