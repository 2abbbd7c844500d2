// From logits to answers: calibration, threshold, abstention band and grade cuts, all from validation films alone. Pure.
import type { Calibration, GradeScale } from '../bundle/manifest.ts';
import { calibrated, fitPlatt } from '../evaluate/calibrate.ts';
import { agreement, gradeConfusion, gradeOf } from '../evaluate/grades.ts';
import { eachOnce } from '../evaluate/metrics.ts';
import type { AbstentionBand } from '../evaluate/threshold.ts';
import { abstentionBand, thresholdAtSensitivity, youdenThreshold } from '../evaluate/threshold.ts';
import type { ImageRecipe } from './image-recipe.ts';
import type { ReadRows } from './read-rows.ts';
import type { ReadSets } from './row-sets.ts';

export interface Decision {
  readonly calibration: Calibration;
  readonly threshold: number;
  readonly band: AbstentionBand;
  readonly grades: GradeScale | null;
}

export function decide(recipe: ImageRecipe, { validation, variedValidation }: ReadSets): Decision {
  const films = variedValidation.length === 0 ? [validation] : variedValidation;
  const calibration = calibrationOf(recipe, films);
  const probabilities = validation.logits.map((logit) => calibrated(calibration, logit));
  const { labels } = validation;
  const { sensitivityMin } = recipe.threshold;
  const threshold =
    sensitivityMin === null
      ? youdenThreshold(probabilities, labels)
      : thresholdAtSensitivity(probabilities, labels, sensitivityMin);
  return {
    calibration,
    threshold,
    band: abstentionBand(probabilities, labels, { threshold, coverage: recipe.coverage }),
    grades: gradeScale(recipe, validation),
  };
}

/**
 * Platt scaling on the films as they are, or on varied copies alone, which stand for another hospital's; then, where the recipe names a
 * prevalence, the intercept moves by the difference of the log odds (Saerens, Latinne and Decaestecker, Neural Computation
 * 2002;14:21-41, equation 2.4): how many of the validation films are sick says nothing of who will be read.
 */
function calibrationOf(
  { calibration: { prevalence } }: ImageRecipe,
  sets: readonly ReadRows[],
): Calibration {
  const labels = Uint8Array.from(sets.flatMap((rows) => [...rows.labels]));
  const fitted = fitPlatt(Float64Array.from(sets.flatMap(({ logits }) => [...logits])), labels);
  if (prevalence === null) return fitted;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const shift = logOdds(prevalence) - Math.log(positives / (labels.length - positives));
  return { ...fitted, intercept: fitted.intercept + shift };
}

const logOdds = (share: number) => Math.log(share / (1 - share));

const cutSteps = Array.from({ length: 41 }, (_, step) => (step - 20) / 10);
const sweeps = 3;

/** Each cut in turn where accuracy and quadratic kappa of the validation films have their largest sum, the others held. */
function gradeScale({ questions }: ImageRecipe, { rows, grades }: ReadRows): GradeScale | null {
  const { count, grades: names } = questions;
  if (names === undefined) return null;
  const actual = Uint8Array.from(rows, (row) => questions.answers(row).filter(Boolean).length);
  const weights = eachOnce(rows.length);
  const qualityOf = (cuts: readonly number[]) => {
    const predicted = Uint8Array.from(rows, (_, row) =>
      gradeOf(grades.subarray(row * count, (row + 1) * count), cuts),
    );
    const { gradeAccuracy, quadraticKappa } = agreement(
      gradeConfusion({ names, predicted, actual }, weights),
    );
    return gradeAccuracy + quadraticKappa;
  };
  let cuts: readonly number[] = names.slice(1).map(() => 0);
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (let k = 0; k < cuts.length; k++)
      cuts = cutSteps
        .map((cut) => cuts.with(k, cut))
        .reduce((best, tried) => (qualityOf(tried) > qualityOf(best) ? tried : best), cuts);
  return { names, cuts };
}
