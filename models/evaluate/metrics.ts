// Discrimination and calibration of a set of scores against 0/1 labels. Pure.
import { InputError } from '../../fleet/errors.ts';

/** One entry per image (or table row); a patient may own several. */
export interface Scored {
  readonly probabilities: Float64Array;
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
}

export interface Rates {
  readonly accuracy: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

const calibrationBins = 10;

/** Refuses what no metric can be computed from, before it turns into NaN. */
export function checkScores(scores: Float64Array, labels: Uint8Array): void {
  if (scores.length === 0 || scores.length !== labels.length)
    throw new InputError('no-scores', {
      found: `${scores.length} scores for ${labels.length} labels`,
      why: 'A metric needs at least one score, and one label for each',
      remedy: 'Check the task and the split that select the rows',
    });
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0)
    throw new InputError('score-not-finite', {
      found: `Score ${bad} is ${scores[bad]}`,
      why: 'Scores are ranked, and this one has no rank',
      remedy: 'Look for a damaged model or a damaged input row',
    });
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === labels.length)
    throw new InputError('one-class', {
      found: `All ${labels.length} rows have label ${labels[0]}`,
      why: 'Sensitivity, specificity and AUROC need rows of both classes',
      remedy: 'Choose a split or a manifest that holds both',
    });
}

/**
 * Area under the ROC curve for many weightings of the same scores: the Mann-Whitney statistic, ties counting one half
 * (Hanley and McNeil, Radiology 1982;143:29-36). Sorted once, so that each resample costs one pass.
 */
export function rankedAuroc(
  scores: Float64Array,
  labels: Uint8Array,
): (weights: Float64Array) => number {
  checkScores(scores, labels);
  const order = Int32Array.from(scores, (_, index) => index);
  order.sort((left, right) => (scores[left] ?? 0) - (scores[right] ?? 0));
  return (weights) => {
    let positives = 0;
    let negatives = 0;
    let below = 0;
    let start = 0;
    while (start < order.length) {
      const score = scores[order[start] ?? 0];
      let tiedPositives = 0;
      let tiedNegatives = 0;
      let end = start;
      for (; end < order.length && scores[order[end] ?? 0] === score; end++) {
        const index = order[end] ?? 0;
        if (labels[index] === 1) tiedPositives += weights[index] ?? 0;
        else tiedNegatives += weights[index] ?? 0;
      }
      below += tiedPositives * (negatives + tiedNegatives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
      start = end;
    }
    return below / (positives * negatives);
  };
}

export function auroc(scores: Float64Array, labels: Uint8Array): number {
  return rankedAuroc(scores, labels)(new Float64Array(scores.length).fill(1));
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

/**
 * Expected calibration error over ten equal-width bins of the predicted probability: the mean gap between predicted
 * and observed frequency, weighted by how many rows fall in the bin (Naeini, Cooper, Hauskrecht, AAAI 2015).
 */
export function expectedCalibrationError(probabilities: Float64Array, labels: Uint8Array): number {
  checkScores(probabilities, labels);
  const gaps = new Float64Array(calibrationBins);
  for (let index = 0; index < labels.length; index++) {
    const probability = probabilities[index] ?? 0;
    const bin = Math.min(calibrationBins - 1, Math.floor(probability * calibrationBins));
    gaps[bin] = (gaps[bin] ?? 0) + probability - (labels[index] ?? 0);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / labels.length;
}
