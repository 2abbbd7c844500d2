// Train/serve skew: the same films as they come to the service, and as the copies that a model was trained on. Pure.
import type { Skew } from '../../fleet/card.ts';
import type { Judged } from './evaluation.ts';
import { scoredRows } from './evaluation.ts';
import type { Settings } from './group-figure.ts';
import { aurocFigure } from './group-figure.ts';

export interface SkewRows {
  readonly originals: Float64Array;
  readonly copies: Float64Array;
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function servingSkew(model: Judged, rows: SkewRows, settings: Settings): Skew {
  const { originals, copies, labels, patients } = rows;
  const differences = Array.from(originals, (logit, row) => logit - (copies[row] ?? Number.NaN));
  const [served, trained] = [originals, copies].map((logits) =>
    scoredRows(model, { logits, labels, patients }),
  );
  const isCalled = (probability = Number.NaN) => probability >= model.threshold;
  const oneClass = new Set(labels).size < 2;
  return {
    films: labels.length,
    meanLogitDifference: mean(differences),
    rootMeanSquare: Math.sqrt(mean(differences.map((difference) => difference ** 2))),
    largest: Math.max(...differences.map(Math.abs)),
    decisionsChanged: differences.filter(
      (_, row) => isCalled(served?.probabilities[row]) !== isCalled(trained?.probabilities[row]),
    ).length,
    aurocOriginals: oneClass || !served ? null : aurocFigure(served, settings),
    aurocCopies: oneClass || !trained ? null : aurocFigure(trained, settings),
  };
}
