// Where a refitted head decides: as many of the sick are found as before. Pure.
import { thresholdAtSensitivity, youdenThreshold } from '../evaluate/threshold.ts';

/** The incumbent's calibrated probabilities of the same rows, and where it decides. */
export interface Incumbent {
  readonly probabilities: Float64Array;
  readonly threshold: number;
}

/**
 * The largest that finds as many of the sick rows as the incumbent does: how many may be missed was decided when that was
 * published, and a refit decides nothing of the kind. An incumbent that finds none leaves it to Youden's index.
 */
export function keptThreshold(
  probabilities: Float64Array,
  labels: Uint8Array,
  incumbent: Incumbent,
): number {
  const sick = incumbent.probabilities.filter((_, row) => labels[row] === 1);
  const found = sick.filter((probability) => probability >= incumbent.threshold);
  return found.length > 0
    ? thresholdAtSensitivity(probabilities, labels, found.length / sick.length)
    : youdenThreshold(probabilities, labels);
}
