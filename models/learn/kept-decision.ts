// What a refit leaves as it was: what a probability means, and how many of the sick are found. Pure.
import type { BundleManifest, Calibration } from '../bundle/manifest.ts';
import { calibrated, fitPlatt } from '../evaluate/calibrate.ts';
import { thresholdAtSensitivity, youdenThreshold } from '../evaluate/threshold.ts';

/** The logits of one model on the validation rows. */
export interface ValidationLogits {
  readonly logits: Float64Array;
  readonly labels: Uint8Array;
}

/** The model that is to be succeeded: its logits on the same rows, and how it decides. */
export interface Incumbent extends Pick<BundleManifest, 'calibration' | 'threshold'> {
  readonly logits: Float64Array;
}

export interface KeptDecision extends Pick<BundleManifest, 'calibration' | 'threshold'> {
  /** Of the validation rows. */
  readonly probabilities: Float64Array;
}

/** `fitted` is Platt's fit to the new head's logits. */
export function keptDecision(
  fitted: Calibration,
  { logits, labels }: ValidationLogits,
  incumbent: Incumbent,
): KeptDecision {
  const calibration = keptCalibration(fitted, labels, incumbent);
  const probabilities = logits.map((logit) => calibrated(calibration, logit));
  return { calibration, probabilities, threshold: keptThreshold(probabilities, labels, incumbent) };
}

/**
 * An incumbent may state its probabilities for another prevalence than that of the validation rows, or for films that vary more. In log
 * odds it then lies a line away from Platt's fit to its own logits on these rows, and the new head is moved along the same line. One that
 * was calibrated on these very rows lies on its fit, and moves nothing; nor does one that tells the rows apart no better than chance.
 */
export function keptCalibration(
  fitted: Calibration,
  labels: Uint8Array,
  { logits, calibration }: Omit<Incumbent, 'threshold'>,
): Calibration {
  const own = fitPlatt(logits, labels);
  const stretch = calibration.slope / own.slope;
  if (!(stretch > 0 && Number.isFinite(stretch))) return fitted;
  return {
    slope: stretch * fitted.slope,
    intercept: stretch * (fitted.intercept - own.intercept) + calibration.intercept,
  };
}

/**
 * The largest that finds as many of the sick rows as the incumbent does: how many may be missed was decided when that was
 * published, and a refit decides nothing of the kind. An incumbent that finds none leaves it to Youden's index.
 */
function keptThreshold(
  probabilities: Float64Array,
  labels: Uint8Array,
  { logits, calibration, threshold }: Incumbent,
): number {
  const sick = logits.filter((_, row) => labels[row] === 1);
  const found = sick.filter((logit) => calibrated(calibration, logit) >= threshold);
  return found.length > 0
    ? thresholdAtSensitivity(probabilities, labels, found.length / sick.length)
    : youdenThreshold(probabilities, labels);
}
