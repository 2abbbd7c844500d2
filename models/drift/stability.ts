// Population stability index: how far the readings of late lie from those a model was validated with. Pure.

/** Of one number of a reading: where the reference's deciles end, and the share of the reference in each bin between them. */
export interface ReferenceBins {
  readonly of: ReadingFeature;
  /** Ascending, without repetition: at most 9. A value on an edge belongs to the bin below. */
  readonly edges: readonly number[];
  /** One more than edges. */
  readonly shares: readonly number[];
}

/** Three projections of the picture's features: what the model says, and how the gate places the film. */
const readingFeatures = ['logit', 'margin', 'distance'] as const;
export type ReadingFeature = (typeof readingFeatures)[number];

export interface InputReference {
  /** How many readings it was made of. */
  readonly readings: number;
  readonly bins: readonly ReferenceBins[];
}

/**
 * Fewer say little, in the reference or beside it: without any drift the index of n readings beside a reference of m is about
 * (1/n + 1/m) times a chi-squared of 9 degrees (Yurdakul and Naranjo, Journal of Risk Model Validation 2020;14(4)), and an
 * index of 0.25 is called a shift: 200 beside 736 come to 0.06 on average.
 */
export const readingsMin = 200;

export type ReadingValues = Readonly<Partial<Record<ReadingFeature, ArrayLike<number>>>>;

/** The manifest's `reference`, of readings of the validation set: [n] values of each number that the model gives. */
export function referenceOf(values: ReadingValues): InputReference {
  const bins = readingFeatures.flatMap((of) => {
    const given = values[of];
    return given === undefined ? [] : [referenceBins(of, given)];
  });
  return { readings: values.logit?.length ?? 0, bins };
}

function referenceBins(of: ReadingFeature, values: ArrayLike<number>): ReferenceBins {
  const sorted = Float64Array.from(values).toSorted();
  const last = sorted.at(-1);
  if (last === undefined) throw new Error(`a reference of no ${of} says nothing`);
  const deciles = Array.from(
    { length: 9 },
    (_, k) => sorted[Math.ceil(((k + 1) * sorted.length) / 10) - 1] ?? last,
  );
  const edges = [...new Set(deciles)].filter((edge) => edge < last);
  const counts = Array.from({ length: edges.length + 1 }, () => 0);
  for (const value of sorted) counts[binOf(edges, value)] = (counts[binOf(edges, value)] ?? 0) + 1;
  return { of, edges, shares: counts.map((count) => count / sorted.length) };
}

/** How many edges lie below the value; -1 for what is no number. */
export const binOf = (edges: readonly number[], value: number): number =>
  Number.isNaN(value) ? -1 : edges.reduce((bin, edge) => bin + Number(value > edge), 0);

/**
 * The sum over the bins of (actual - expected) ln(actual / expected): Siddiqi, Credit Risk Scorecards, 2006. Half a reading is
 * added to each bin on both sides, so that an empty one costs no infinity.
 */
export function stabilityIndex(
  { shares }: Pick<ReferenceBins, 'shares'>,
  { readings }: Pick<InputReference, 'readings'>,
  counts: readonly number[],
): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const added = 0.5;
  return shares.reduce((sum, share, bin) => {
    const expected = (share * readings + added) / (readings + added * shares.length);
    const actual = ((counts[bin] ?? 0) + added) / (total + added * shares.length);
    return sum + (actual - expected) * Math.log(actual / expected);
  }, 0);
}
