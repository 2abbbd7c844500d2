// Chooses how a table model is fitted, by inner cross-validation of the rows it may see and nothing else. Pure.
import { calibrated } from '../evaluate/calibrate.ts';
import { logLoss } from './choose-penalty.ts';
import type { LogColumns } from './column-transform.ts';
import { withLogarithms } from './column-transform.ts';
import { crossValidatedLogits } from './cross-validate.ts';
import type { LogisticModel, Samples } from './logistic.ts';
import { fitLogistic, logits } from './logistic.ts';

export interface TableCandidate {
  readonly name: string;
  readonly logs: LogColumns;
  /** On the summed loss: 1 / penalty is the variance of a weight before the rows are seen. */
  readonly penalty: number;
}

export interface TableFit extends LogisticModel {
  readonly candidate: TableCandidate;
}

const gradientNormMax = 1e-8;
const iterationsMax = 1_000;
const identity = { slope: 1, intercept: 0 };

/** Expects raw rows, and transforms them as its candidate says. */
export function fitTable(samples: Samples, candidate: TableCandidate): TableFit {
  const model = fitLogistic(withLogarithms(samples, candidate.logs), {
    l2: candidate.penalty / samples.labels.length,
    balanced: false,
    gradientNormMax,
    iterationsMax,
  });
  return { ...model, candidate };
}

export const tableLogits = (fit: TableFit, samples: Samples): Float64Array =>
  logits(fit, withLogarithms(samples, fit.candidate.logs).features);

interface Inner {
  readonly candidates: readonly TableCandidate[];
  readonly folds: number;
  readonly seed: number;
}

/** The candidate whose cross-validated log loss is least, fitted to all the rows given; of equal ones the first. */
export function chooseTableFit(samples: Samples, { candidates, folds, seed }: Inner): TableFit {
  let best: { readonly candidate: TableCandidate; readonly loss: number } | null = null;
  for (const candidate of candidates) {
    const answers = crossValidatedLogits(samples, {
      folds,
      seed,
      fit: (part) => fitTable(part, candidate),
      logits: tableLogits,
    });
    const probabilities = answers.map((logit) => calibrated(identity, logit));
    const loss = logLoss(probabilities, samples.labels);
    if (best === null || loss < best.loss) best = { candidate, loss };
  }
  if (best === null) throw new Error('there are no candidates');
  return fitTable(samples, best.candidate);
}
