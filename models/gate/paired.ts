// Candidate minus incumbent on the same rows: resampled together, because both read the same patients. Pure.
import type { Estimate } from '../../fleet/card.ts';
import { bootstrapped } from '../evaluate/bootstrap.ts';
import { ratesAt } from '../evaluate/metrics.ts';
import { rankedScores } from '../evaluate/ranked-scores.ts';

interface Scores {
  /** Calibrated. */
  readonly probabilities: Float64Array;
  readonly threshold: number;
}

export interface PairedRows {
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
  readonly candidate: Scores;
  readonly incumbent: Scores;
}

export type Difference = 'auroc' | 'sensitivity' | 'accuracy';

export interface Resampled {
  readonly seed: number;
  readonly resamples?: number;
}

/**
 * `sensitivity`: both models' at the specificity that the incumbent has at its threshold, read off their ROC curves in the same way;
 * the incumbent's at its very threshold would be the lowest of a vertical step, and the candidate's the highest.
 */
export function pairedDifferences(
  rows: PairedRows,
  settings: Resampled,
): Readonly<Record<Difference, Estimate>> {
  const { labels, patients, candidate, incumbent } = rows;
  const ranks = [candidate, incumbent].map((scores) => rankedScores(scores.probabilities, labels));
  const ratesOf = ({ probabilities, threshold }: Scores, weights: Float64Array) =>
    ratesAt({ probabilities, labels, patients }, threshold, weights);
  const heights = [candidate, incumbent].map((scores) =>
    rankedSensitivity(scores.probabilities, labels),
  );
  return bootstrapped(
    (weights) => {
      const [ofCandidate, ofIncumbent] = [ratesOf(candidate, weights), ratesOf(incumbent, weights)];
      const falsePositiveRate = 1 - ofIncumbent.specificity;
      return {
        auroc: minus(ranks.map((ranked) => ranked.auroc(weights))),
        sensitivity: minus(heights.map((height) => height(weights, falsePositiveRate))),
        accuracy: ofCandidate.accuracy - ofIncumbent.accuracy,
      };
    },
    { patients, ...settings },
  );
}

const minus = ([newer = Number.NaN, older = Number.NaN]: readonly number[]): number =>
  newer - older;

/** Whether each row is decided rightly, by the threshold alone. */
const rightRows = ({ probabilities, threshold }: Scores, labels: Uint8Array): readonly boolean[] =>
  Array.from(labels, (label, row) => (probabilities[row] ?? 0) >= threshold === (label === 1));

/** The difference in accuracy alone, which exists in groups of one class as well. */
export const accuracyDifference = (
  { labels, patients, candidate, incumbent }: PairedRows,
  settings: Resampled,
): Estimate =>
  shareDifference(
    { of: rightRows(candidate, labels) },
    { of: rightRows(incumbent, labels) },
    { patients, ...settings },
  );

/** The rows that have something, as a share of all rows or of `among`. */
interface Share {
  readonly of: readonly boolean[];
  readonly among?: readonly boolean[];
}

/** Candidate's share minus incumbent's; a share of no rows is 0. */
export const shareDifference = (
  candidate: Share,
  incumbent: Share,
  settings: Resampled & Pick<PairedRows, 'patients'>,
): Estimate =>
  bootstrapped(
    (weights) => ({ share: shareOf(candidate, weights) - shareOf(incumbent, weights) }),
    settings,
  ).share;

function shareOf({ of, among }: Share, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (const [row, weight] of weights.entries()) {
    if (among?.[row] === false) continue;
    total += weight;
    if (of[row] === true) sum += weight;
  }
  return total === 0 ? 0 : sum / total;
}

/**
 * The height of the ROC curve at a false positive rate, linear between its points (as the trapezoids of the Mann-Whitney area
 * are), for many weightings of the same scores.
 */
export function rankedSensitivity(
  scores: Float64Array,
  labels: Uint8Array,
): (weights: Float64Array, falsePositiveRate: number) => number {
  const ties = tiedRows(scores);
  return (weights, falsePositiveRate) => {
    const steps = ties.map((rows) => weighed(rows, labels, weights));
    const all = weighed([...labels.keys()], labels, weights);
    const allowed = falsePositiveRate * all.negatives;
    let [truePositives, falsePositives] = [0, 0];
    for (const { positives, negatives } of steps) {
      // A sliver of rounding must not cost the step that ends exactly at the allowed rate.
      if (falsePositives + negatives > allowed + 1e-9) {
        const part = (allowed - falsePositives) / negatives;
        return (truePositives + positives * part) / all.positives;
      }
      truePositives += positives;
      falsePositives += negatives;
    }
    return truePositives / all.positives;
  };
}

/** The rows from the highest score down, those of equal scores together. */
function tiedRows(scores: Float64Array): readonly (readonly number[])[] {
  const order = [...scores.keys()].toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const ties: number[][] = [];
  for (const row of order) {
    const last = ties.at(-1);
    if (last !== undefined && scores[last[0] ?? -1] === scores[row]) last.push(row);
    else ties.push([row]);
  }
  return ties;
}

function weighed(rows: readonly number[], labels: Uint8Array, weights: Float64Array) {
  let [positives, negatives] = [0, 0];
  for (const row of rows)
    if (labels[row] === 1) positives += weights[row] ?? 0;
    else negatives += weights[row] ?? 0;
  return { positives, negatives };
}
