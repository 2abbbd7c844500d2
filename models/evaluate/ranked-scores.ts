// Scores sorted once, so that every weighting of their rows costs one pass: AUROC and operating points. Pure.
import { checkScores } from './check-scores.ts';

/** What one weighting of the rows says. Shares are of the weight; rows of one class only give NaN. */
export interface RankedScores {
  /**
   * Area under the ROC curve: the Mann-Whitney statistic, ties counting one half (Hanley and McNeil, Radiology
   * 1982;143:29-36).
   */
  auroc(weights: Float64Array): number;
  /** The largest sensitivity of any threshold whose specificity is at least this. */
  sensitivityAt(specificity: number, weights: Float64Array): number;
  /** The largest specificity of any threshold whose sensitivity is at least this. */
  specificityAt(sensitivity: number, weights: Float64Array): number;
}

/** Weights are counts, so that shares differ by far more than this; products such as 0.9 x 10 by less. */
const rounding = 1e-9;

/** Throws `InputError` 'no-scores' | 'score-not-finite' | 'one-class'. */
export function rankedScores(scores: Float64Array, labels: Uint8Array): RankedScores {
  checkScores(scores, labels);
  const order = Int32Array.from(scores, (_, index) => index);
  order.sort((left, right) => (scores[left] ?? 0) - (scores[right] ?? 0));
  const starts = tieStarts(order, scores);

  /** Calls back for each group of equal scores, lowest first, with the weights below it and of it. */
  const climb = (weights: Float64Array, visit: (step: Step) => void): Totals => {
    let positives = 0;
    let negatives = 0;
    for (const [group, start] of starts.entries()) {
      let tiedPositives = 0;
      let tiedNegatives = 0;
      const end = starts[group + 1] ?? order.length;
      for (let place = start; place < end; place++) {
        const index = order[place] ?? 0;
        if (labels[index] === 1) tiedPositives += weights[index] ?? 0;
        else tiedNegatives += weights[index] ?? 0;
      }
      visit({ positives, negatives, tiedPositives, tiedNegatives });
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return { positives, negatives };
  };

  return {
    auroc(weights) {
      let below = 0;
      const { positives, negatives } = climb(weights, (step) => {
        below += step.tiedPositives * (step.negatives + step.tiedNegatives / 2);
      });
      return below / (positives * negatives);
    },
    sensitivityAt(specificity, weights) {
      const { positives, negatives } = totalsOf(labels, weights);
      const cleared = specificity * negatives - rounding;
      // Above every score nothing is called: specificity 1, sensitivity 0.
      let missed = positives;
      climb(weights, (step) => {
        if (step.negatives >= cleared) missed = Math.min(missed, step.positives);
      });
      return negatives > 0 ? 1 - missed / positives : Number.NaN;
    },
    specificityAt(sensitivity, weights) {
      const { positives, negatives } = totalsOf(labels, weights);
      const missable = (1 - sensitivity) * positives + rounding;
      let cleared = 0;
      climb(weights, (step) => {
        if (step.positives <= missable) cleared = step.negatives;
      });
      return positives > 0 ? cleared / negatives : Number.NaN;
    },
  };
}

interface Totals {
  readonly positives: number;
  readonly negatives: number;
}

/** `positives` and `negatives` lie below the group: what a threshold at its score misses and clears. */
interface Step extends Totals {
  readonly tiedPositives: number;
  readonly tiedNegatives: number;
}

function tieStarts(order: Int32Array, scores: Float64Array): Int32Array {
  const isStart = (place: number) =>
    place === 0 || scores[order[place] ?? 0] !== scores[order[place - 1] ?? 0];
  return order.map((_, place) => place).filter(isStart);
}

function totalsOf(labels: Uint8Array, weights: Float64Array): Totals {
  let positives = 0;
  let negatives = 0;
  for (const [index, label] of labels.entries())
    if (label === 1) positives += weights[index] ?? 0;
    else negatives += weights[index] ?? 0;
  return { positives, negatives };
}
