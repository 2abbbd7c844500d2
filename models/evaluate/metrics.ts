// Discrimination and calibration of a set of scores against 0/1 labels. Pure.
import { checkScores } from './check-scores.ts';
import { rankedScores } from './ranked-scores.ts';

/** One entry per image (or table row); a patient may own several. */
export interface Scored {
  readonly probabilities: Float64Array;
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
}

export interface Band {
  readonly threshold: number;
  readonly low: number;
  readonly high: number;
}

export interface Rates {
  readonly accuracy: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/** The weighting that counts every row once. */
export const eachOnce = (rows: number): Float64Array => new Float64Array(rows).fill(1);

export function auroc(scores: Float64Array, labels: Uint8Array): number {
  return rankedScores(scores, labels).auroc(eachOnce(scores.length));
}

/** Rates when a probability of at least `threshold` is called positive; `weights` counts each row. */
export function ratesAt(
  { probabilities, labels }: Scored,
  threshold: number,
  weights: Float64Array,
): Rates {
  let truePositives = 0;
  let trueNegatives = 0;
  let positives = 0;
  let negatives = 0;
  for (let index = 0; index < labels.length; index++) {
    const weight = weights[index] ?? 0;
    const called = (probabilities[index] ?? 0) >= threshold;
    if (labels[index] === 1) {
      positives += weight;
      if (called) truePositives += weight;
    } else {
      negatives += weight;
      if (!called) trueNegatives += weight;
    }
  }
  return {
    accuracy: (truePositives + trueNegatives) / (positives + negatives),
    sensitivity: truePositives / positives,
    specificity: trueNegatives / negatives,
  };
}

/** Mean squared distance between probability and outcome (Brier, Monthly Weather Review 1950;78:1-3). */
export function brierScore({ probabilities, labels }: Scored, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (const [index, probability] of probabilities.entries()) {
    const weight = weights[index] ?? 0;
    sum += weight * (probability - (labels[index] ?? 0)) ** 2;
    total += weight;
  }
  return sum / total;
}

/** Share of rows outside [low, high], where the model decides, and of wrong decisions among them (0 if there are none). */
export function decidedRates(
  { probabilities, labels }: Omit<Scored, 'patients'>,
  { low, high, threshold }: Band,
  weights: Float64Array,
): { readonly coverage: number; readonly errorRate: number } {
  let total = 0;
  let decided = 0;
  let wrong = 0;
  for (const [index, probability] of probabilities.entries()) {
    const weight = weights[index] ?? 0;
    total += weight;
    if (probability >= low && probability <= high) continue;
    decided += weight;
    if (probability >= threshold !== (labels[index] === 1)) wrong += weight;
  }
  return { coverage: decided / total, errorRate: decided === 0 ? 0 : wrong / decided };
}

export const calibrationBins = 10;

/** Ten bins of equal width; 1 belongs to the last. */
export const binOf = (probability: number): number =>
  Math.min(calibrationBins - 1, Math.floor(probability * calibrationBins));

/**
 * Expected calibration error over ten equal-width bins of the predicted probability: the mean gap between predicted
 * and observed frequency, weighted by how many rows fall in the bin (Naeini, Cooper, Hauskrecht, AAAI 2015).
 */
export function expectedCalibrationError(probabilities: Float64Array, labels: Uint8Array): number {
  checkScores(probabilities, labels);
  const gaps = new Float64Array(calibrationBins);
  for (let index = 0; index < labels.length; index++) {
    const probability = probabilities[index] ?? 0;
    const bin = binOf(probability);
    gaps[bin] = (gaps[bin] ?? 0) + probability - (labels[index] ?? 0);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / labels.length;
}
