// Which films to ask about next: those the model is least sure of, and among these such as differ from each other. Pure.

/** Films without a label, row by row, and the features of films that have one. */
export interface AskablePool {
  /** Calibrated. */
  readonly probabilities: Float64Array;
  readonly features: Float32Array;
  readonly columns: number;
  readonly labelledFeatures: Float32Array;
}

/** Entropy of a yes or no, in bits: 1 at 0.5, 0 when nothing is in doubt. With two classes it ranks as the margin |2p - 1| does. */
export const entropyBits = (probability: number): number =>
  surprise(probability) + surprise(1 - probability);

/** Of an outcome, weighted by how often it comes. */
const surprise = (p: number): number => (p > 0 ? -p * Math.log2(p) : 0);

/** Rows of the `count` probabilities nearest to one half, nearest first; of equals the earlier row. */
export function mostUncertain(probabilities: Float64Array, count: number): readonly number[] {
  const distance = (row: number) => Math.abs((probabilities[row] ?? 0) - 0.5);
  return Array.from(probabilities.keys())
    .sort((a, b) => distance(a) - distance(b) || a - b)
    .slice(0, count);
}

/** So many times as many uncertain films as are wanted are looked at for differences. */
const widening = 5;

/**
 * Uncertainty first, then the greedy k-centre of Sener and Savarese (ICLR 2018, arXiv:1708.00489; the algorithm is
 * Gonzalez, Theor. Comput. Sci. 1985;38:293-306): each pick is the one farthest, in feature space, from all that is
 * labelled or picked. Left to itself uncertainty asks about near copies; left to itself the k-centre asks about outliers.
 */
export function mostUncertainAndDifferent(pool: AskablePool, count: number): readonly number[] {
  const uncertain = mostUncertain(pool.probabilities, count * widening);
  const nearest = new Float64Array(uncertain.length).fill(Number.POSITIVE_INFINITY);
  const approach = (centres: Float32Array, start: number) => {
    for (const [at, row] of uncertain.entries()) {
      const atMost = nearest[at] ?? 0;
      const distance = squaredDistance(pool, row, { centres, start, atMost });
      if (distance < atMost) nearest[at] = distance;
    }
  };
  for (let start = 0; start < pool.labelledFeatures.length; start += pool.columns)
    approach(pool.labelledFeatures, start);
  const picked: number[] = [];
  while (picked.length < Math.min(count, uncertain.length)) {
    const at = farthest(nearest);
    const row = uncertain[at] ?? 0;
    picked.push(row);
    approach(pool.features, row * pool.columns);
    // A twin has distance 0 as well, and may still be picked.
    nearest[at] = Number.NEGATIVE_INFINITY;
  }
  return picked;
}

/** Of equals the first, which is the more uncertain. */
function farthest(nearest: Float64Array): number {
  let best = 0;
  for (let at = 1; at < nearest.length; at++)
    if ((nearest[at] ?? 0) > (nearest[best] ?? 0)) best = at;
  return best;
}

/** So many columns are added up before it is looked whether the rest matters. */
const stride = 64;

/** Exact below `atMost`; whatever comes to more than that is left unfinished. */
function squaredDistance(
  { features, columns }: AskablePool,
  row: number,
  {
    centres,
    start,
    atMost,
  }: { readonly centres: Float32Array; readonly start: number; readonly atMost: number },
): number {
  const from = row * columns;
  let sum = 0;
  for (let begin = 0; begin < columns && sum < atMost; begin += stride) {
    const end = Math.min(columns, begin + stride);
    for (let column = begin; column < end; column++) {
      const difference = (features[from + column] ?? 0) - (centres[start + column] ?? 0);
      sum += difference * difference;
    }
  }
  return sum;
}
