// 95 % intervals by resampling patients, because two films of one patient are not two independent facts. Pure.
import type { Estimate } from '../../fleet/card.ts';
import { InputError } from '../../fleet/errors.ts';
import type { Rates, Scored } from './metrics.ts';
import { rankedAuroc, ratesAt } from './metrics.ts';
import { seededRandom } from './seeded-random.ts';

const resamplesDefault = 1_000;
/** A resample of one class only says nothing and is drawn again; beyond this many draws the set is too small. */
const drawsPerResampleMax = 20;
const patientsMin = 2;
const tail = 0.025;

export interface BootstrapSettings {
  readonly threshold: number;
  readonly seed: number;
  readonly resamples?: number;
}

export type Estimates = Readonly<Record<keyof Rates | 'auroc', Estimate>>;

/**
 * Percentile intervals (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3) of a cluster
 * bootstrap (Field and Welsh, JRSS B 2007;69:369-390): patients are drawn with replacement, each with all their rows.
 */
export function estimate(scored: Scored, settings: BootstrapSettings): Estimates {
  const { threshold, seed, resamples = resamplesDefault } = settings;
  const aurocOf = rankedAuroc(scored.probabilities, scored.labels);
  const measure = (weights: Float64Array) => ({
    auroc: aurocOf(weights),
    ...ratesAt(scored, threshold, weights),
  });
  const drawWeights = clusterWeights(scored.patients, seededRandom(seed));
  const samples = { auroc: [], accuracy: [], sensitivity: [], specificity: [] } as Record<
    keyof Estimates,
    number[]
  >;
  let drawsLeft = resamples * drawsPerResampleMax;
  while (samples.auroc.length < resamples) {
    if (drawsLeft-- === 0) throw tooFew(scored.labels.length);
    const sample = measure(drawWeights());
    if (Number.isNaN(sample.auroc)) continue;
    for (const [name, value] of Object.entries(sample))
      samples[name as keyof Estimates].push(value);
  }
  const point = measure(new Float64Array(scored.labels.length).fill(1));
  const interval = (name: keyof Estimates): Estimate => ({
    value: point[name],
    low: quantile(samples[name], tail),
    high: quantile(samples[name], 1 - tail),
  });
  return {
    auroc: interval('auroc'),
    accuracy: interval('accuracy'),
    sensitivity: interval('sensitivity'),
    specificity: interval('specificity'),
  };
}

export interface Resampling {
  readonly patients: readonly string[];
  readonly seed: number;
  readonly resamples?: number;
}

/** Figures of the rows, each row counted as often as its weight says; NaN where they cannot be computed. */
export type Measure<Name extends string> = (
  weights: Float64Array,
) => Readonly<Record<Name, number>>;

/** The same for any figures of the rows. */
export function bootstrapped<Name extends string>(
  measure: Measure<Name>,
  { patients, seed, resamples = resamplesDefault }: Resampling,
): Readonly<Record<Name, Estimate>> {
  const drawWeights = clusterWeights(patients, seededRandom(seed));
  const point = Object.entries<number>(measure(new Float64Array(patients.length).fill(1)));
  const samples: number[][] = [];
  let drawsLeft = resamples * drawsPerResampleMax;
  while (samples.length < resamples) {
    if (drawsLeft-- === 0) throw tooFew(patients.length);
    const sample = Object.values<number>(measure(drawWeights()));
    if (!sample.some(Number.isNaN)) samples.push(sample);
  }
  const estimates = point.map(([name, value], at) => {
    const drawn = samples.map((sample) => sample[at] ?? Number.NaN);
    return [name, { value, low: quantile(drawn, tail), high: quantile(drawn, 1 - tail) }] as const;
  });
  return Object.fromEntries(estimates) as Record<Name, Estimate>;
}

/** Each call draws as many patients as there are, with replacement, and says how often each row was drawn. */
function clusterWeights(patients: readonly string[], random: () => number): () => Float64Array {
  const numbers = new Map<string, number>();
  const owner = Int32Array.from(patients, (patient) => {
    const number = numbers.get(patient) ?? numbers.size;
    numbers.set(patient, number);
    return number;
  });
  const count = numbers.size;
  if (count < patientsMin)
    throw new InputError('too-few-patients', {
      found: `${count} patient in the rows to evaluate`,
      why: 'Intervals are resampled over patients',
      remedy: 'Evaluate a set of at least two patients, or check the column patient_id',
    });
  return () => {
    const drawn = new Float64Array(count);
    for (let draw = 0; draw < count; draw++) {
      const patient = Math.floor(random() * count);
      drawn[patient] = (drawn[patient] ?? 0) + 1;
    }
    return Float64Array.from(owner, (patient) => drawn[patient] ?? 0);
  };
}

/** Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996). Sorts in place. */
export function quantile(values: number[], share: number): number {
  values.sort((left, right) => left - right);
  const place = (values.length - 1) * share;
  const below = values[Math.floor(place)] ?? Number.NaN;
  const above = values[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

const tooFew = (rows: number) =>
  new InputError('too-few-patients', {
    found: `${rows} rows whose resamples almost never hold both classes`,
    why: 'An interval needs resamples in which sensitivity and specificity exist',
    remedy: 'Evaluate a larger set, with several patients of each class',
  });
