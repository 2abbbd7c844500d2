// Chooses the L2 penalty of a logistic head: the one whose calibrated validation log loss is least. Pure.
import { calibrated, fitPlatt } from '../evaluate/calibrate.ts';
import type { LogisticModel, Samples } from './logistic.ts';
import { fitLogistic, logits } from './logistic.ts';
import type { Calibration } from '../bundle/manifest.ts';

export interface HeadCandidate {
  readonly l2: number;
  readonly model: LogisticModel;
  readonly calibration: Calibration;
  readonly validationLogits: Float64Array;
  readonly validationLogLoss: number;
}

/** Features are single precision, which limits how exactly a minimum is defined; below this nothing visible changes. */
const gradientNormMax = 1e-6;
const iterationsMax = 2_000;

export function choosePenalty(
  train: Samples,
  validation: Samples,
  {
    grid,
    onFit,
  }: { readonly grid: readonly number[]; readonly onFit?: (tried: HeadCandidate) => void },
): HeadCandidate {
  let best: HeadCandidate | null = null;
  for (const l2 of grid) {
    const settings = { l2, balanced: true, gradientNormMax, iterationsMax };
    const model = fitLogistic(train, settings);
    const validationLogits = logits(model, validation.features);
    const calibration = fitPlatt(validationLogits, validation.labels);
    const validationLogLoss = logLoss(
      validationLogits.map((logit) => calibrated(calibration, logit)),
      validation.labels,
    );
    const tried = { l2, model, calibration, validationLogits, validationLogLoss };
    onFit?.(tried);
    if (best === null || validationLogLoss < best.validationLogLoss) best = tried;
  }
  if (best === null) throw new Error('the grid of penalties is empty');
  return best;
}

/** Mean -log of the probability that was given to what came true. */
export function logLoss(probabilities: Float64Array, labels: Uint8Array): number {
  const tiny = 1e-15;
  const sum = probabilities.reduce((total, probability, index) => {
    const given = labels[index] === 1 ? probability : 1 - probability;
    return total - Math.log(Math.max(tiny, given));
  }, 0);
  return sum / labels.length;
}
