// Platt scaling: from logits to probabilities that mean what they say, fitted on validation rows. Pure.
import type { Calibration } from '../bundle/manifest.ts';
import { checkScores } from './check-scores.ts';

const iterationsMax = 100;
const gradientNormMax = 1e-9;
/** Keeps the Hessian invertible when all logits are equal (Lin, Lin, Weng 2007, appendix). */
const ridge = 1e-12;
const stepMin = 1e-10;

/** The calibrated probability: 1 / (1 + exp(-(slope * logit + intercept))). */
export const calibrated = ({ slope, intercept }: Calibration, logit: number) =>
  1 / (1 + Math.exp(-(slope * logit + intercept)));

/**
 * Platt's sigmoid (Advances in Large Margin Classifiers, 1999) by the Newton method with backtracking of Lin, Lin and
 * Weng (Machine Learning 2007;68:267-276), with their smoothed targets (N+ + 1)/(N+ + 2) and 1/(N- + 2).
 */
export function fitPlatt(logits: Float64Array, labels: Uint8Array): Calibration {
  checkScores(logits, labels);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  const targets = Float64Array.from(labels, (label) =>
    label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
  );
  let slope = 0;
  let intercept = Math.log((positives + 1) / (negatives + 1));
  let loss = crossEntropy(logits, targets, { slope, intercept });
  for (let iteration = 0; iteration < iterationsMax; iteration++) {
    const { gradient, step } = newtonStep(logits, targets, { slope, intercept });
    if (Math.hypot(...gradient) / labels.length < gradientNormMax) break;
    let scale = 1;
    const descent = gradient[0] * step[0] + gradient[1] * step[1];
    for (; scale >= stepMin; scale /= 2) {
      const next = { slope: slope + scale * step[0], intercept: intercept + scale * step[1] };
      const nextLoss = crossEntropy(logits, targets, next);
      if (nextLoss > loss + 1e-4 * scale * descent) continue;
      ({ slope, intercept } = next);
      loss = nextLoss;
      break;
    }
    if (scale < stepMin) break;
  }
  return { slope, intercept };
}

function newtonStep(logits: Float64Array, targets: Float64Array, calibration: Calibration) {
  let slopeGradient = 0;
  let interceptGradient = 0;
  let hSlope = ridge;
  let hCross = 0;
  let hIntercept = ridge;
  for (const [index, logit] of logits.entries()) {
    const probability = calibrated(calibration, logit);
    const residual = probability - (targets[index] ?? 0);
    const curvature = probability * (1 - probability);
    slopeGradient += residual * logit;
    interceptGradient += residual;
    hSlope += curvature * logit * logit;
    hCross += curvature * logit;
    hIntercept += curvature;
  }
  const determinant = hSlope * hIntercept - hCross * hCross;
  const gradient = [slopeGradient, interceptGradient] as const;
  const step = [
    -(hIntercept * slopeGradient - hCross * interceptGradient) / determinant,
    -(hSlope * interceptGradient - hCross * slopeGradient) / determinant,
  ] as const;
  return { gradient, step };
}

/** log(1 + exp(z)) - t z, written so that neither side of z overflows. */
function crossEntropy(logits: Float64Array, targets: Float64Array, calibration: Calibration) {
  let sum = 0;
  for (const [index, logit] of logits.entries()) {
    const z = calibration.slope * logit + calibration.intercept;
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (targets[index] ?? 0) * z;
  }
  return sum;
}
