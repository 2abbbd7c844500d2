// From logits to answers: calibration, threshold and abstention band, all from validation films alone. Pure.
import type { Calibration, GradeScale } from '../bundle/manifest.ts';
import { calibrated, fitPlatt } from '../evaluate/calibrate.ts';
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
    grades: gradeScale(recipe),
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

/**
 * The grade is the median of what the questions say: as many as are more likely true than not. Cuts that were tuned on the
 * validation films followed their noise: the test films were graded worse by them.
 */
function gradeScale({ questions: { grades, headline } }: ImageRecipe): GradeScale | null {
  if (grades === undefined) return null;
  return { names: grades, cuts: grades.slice(1).map(() => 0), findingFrom: headline + 1 };
}
