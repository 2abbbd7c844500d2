// What an Evaluation's figures are points of: the ROC curve, the reliability diagram, errors against coverage. Pure.
import type { CoveragePoint, ReliabilityBin, RocPoint } from '../../fleet/card.ts';
import type { Settings } from './group-figure.ts';
import { shareFigure } from './group-figure.ts';
import type { Scored } from './metrics.ts';
import { binOf, calibrationBins, eachOnce } from './metrics.ts';
import { rankedScores } from './ranked-scores.ts';
import { abstentionBand } from './threshold.ts';

const rocSteps = 100;
const coverages = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5];

/** The sensitivity that a threshold reaches while no more than this share of the negatives is called positive. */
export function rocCurve({ probabilities, labels }: Scored): readonly RocPoint[] {
  const ranked = rankedScores(probabilities, labels);
  const once = eachOnce(labels.length);
  return Array.from({ length: rocSteps + 1 }, (_, step) => ({
    falsePositiveRate: step / rocSteps,
    sensitivity: ranked.sensitivityAt(1 - step / rocSteps, once),
  }));
}

/** A reliability diagram (DeGroot and Fienberg, The Statistician 1983;32:12-22) over the bins of the calibration error. */
export function reliability(
  { probabilities, labels, patients }: Scored,
  settings: Settings,
): readonly ReliabilityBin[] {
  const bins = Array.from(probabilities, binOf);
  return Array.from({ length: calibrationBins }, (_, bin) => {
    const rows = [...bins.keys()].filter((row) => bins[row] === bin);
    if (rows.length === 0) return [];
    const sum = rows.reduce((total, row) => total + (probabilities[row] ?? 0), 0);
    return {
      low: bin / calibrationBins,
      high: (bin + 1) / calibrationBins,
      n: rows.length,
      meanProbability: sum / rows.length,
      observed: shareFigure(
        rows.map((row) => labels[row] === 1),
        rows.map((row) => patients[row] ?? ''),
        settings,
      ),
    };
  }).flat();
}

/** Errors among the rows that are left when the model abstains on those nearest to its threshold. */
export const coverageCurve = (
  { probabilities, labels }: Scored,
  threshold: number,
): readonly CoveragePoint[] =>
  coverages.map((wanted) => {
    const { coverage, errorRate } = abstentionBand(probabilities, labels, {
      threshold,
      coverage: wanted,
    });
    return { coverage, errorRate };
  });
