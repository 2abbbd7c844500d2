// Logistic regression with an L2 penalty, fitted exactly; standardisation is folded into the weights it returns. Pure.
import { InputError } from '../../fleet/errors.ts';
import type { LbfgsSettings } from './lbfgs.ts';
import { minimise } from './lbfgs.ts';

/** Rows of raw features, one after the other. */
export interface Samples {
  readonly features: Float32Array | Float64Array;
  readonly columns: number;
  readonly labels: Uint8Array;
}

export interface LogisticSettings extends LbfgsSettings {
  /** Penalty l2 / 2 * |weights of standardised columns|^2 beside the mean loss; the bias is free. */
  readonly l2: number;
  /** Counts every class as half of the whole. Off: each row counts one. */
  readonly balanced: boolean;
}

export interface LogisticModel {
  /** For raw features: logit = weights . x + bias. */
  readonly weights: Float64Array;
  readonly bias: number;
  /** The same function of standardised columns: logit = weights . (x - mean) / deviation + bias. */
  readonly standardised: Scale & { readonly weights: Float64Array; readonly bias: number };
  readonly gradientNorm: number;
  readonly iterations: number;
}

export interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Deterministic: the loss is convex and the search starts at zero. Loss: weighted mean of log(1 + exp(-y z)). */
export function fitLogistic(samples: Samples, settings: LogisticSettings): LogisticModel {
  checkSamples(samples);
  const scale = columnScale(samples);
  const objective = logisticLoss(samples, scale, settings);
  const { point, gradientNorm, iterations } = minimise(
    objective,
    new Float64Array(samples.columns + 1),
    settings,
  );
  const standardised = {
    ...scale,
    weights: point.slice(0, samples.columns),
    bias: point[samples.columns] ?? 0,
  };
  return { ...unstandardised(point, scale), standardised, gradientNorm, iterations };
}

/** The mean and (population) deviation of each column; a constant column gets deviation 1, hence weight 0. */
export function columnScale({ features, columns, labels }: Samples): Scale {
  const rows = labels.length;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  for (let at = 0; at < features.length; at++) {
    const column = at % columns;
    mean[column] = (mean[column] ?? 0) + (features[at] ?? 0) / rows;
  }
  for (let at = 0; at < features.length; at++) {
    const column = at % columns;
    const distance = (features[at] ?? 0) - (mean[column] ?? 0);
    deviation[column] = (deviation[column] ?? 0) + (distance * distance) / rows;
  }
  const tiny = 1e-12;
  for (let column = 0; column < columns; column++) {
    const root = Math.sqrt(deviation[column] ?? 0);
    deviation[column] = root > tiny * (1 + Math.abs(mean[column] ?? 0)) ? root : 1;
  }
  return { mean, deviation };
}

/** The objective over [weights of standardised columns..., bias]; columns are standardised on the fly, never copied. */
export function logisticLoss(
  samples: Samples,
  scale: Scale,
  { l2, balanced }: Pick<LogisticSettings, 'l2' | 'balanced'>,
) {
  const { features, columns, labels } = samples;
  const rows = labels.length;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const weightOf = balanced ? [0.5 / (rows - positives), 0.5 / positives] : [1 / rows, 1 / rows];
  const residuals = new Float64Array(rows);

  return (point: Float64Array, gradient: Float64Array): number => {
    const { weights, bias } = unstandardised(point, scale);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      const label = labels[row] ?? 0;
      const weight = weightOf[label] ?? 0;
      const z = logit(features, row * columns, weights, bias);
      const margin = label === 1 ? z : -z;
      loss += weight * (Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))));
      residuals[row] = weight * (1 / (1 + Math.exp(-z)) - label);
    }
    const residualSum = residuals.reduce((sum, residual) => sum + residual, 0);
    sumRows(samples, residuals, gradient);
    for (const [column, mean] of scale.mean.entries()) {
      const weight = point[column] ?? 0;
      const centred = (gradient[column] ?? 0) - residualSum * mean;
      gradient[column] = centred / (scale.deviation[column] ?? 1) + l2 * weight;
      loss += (l2 / 2) * weight * weight;
    }
    gradient[columns] = residualSum;
    return loss;
  };
}

/** Writes the sum of factor x row over all rows into the first `columns` of `total`. */
function sumRows({ features, columns }: Samples, factors: Float64Array, total: Float64Array): void {
  total.fill(0);
  for (let row = 0; row < factors.length; row++) {
    const factor = factors[row] ?? 0;
    const start = row * columns;
    for (let column = 0; column < columns; column++)
      total[column] = (total[column] ?? 0) + factor * (features[start + column] ?? 0);
  }
}

export function logits(
  { weights, bias }: Pick<LogisticModel, 'weights' | 'bias'>,
  features: Float32Array | Float64Array,
): Float64Array {
  const columns = weights.length;
  return Float64Array.from({ length: features.length / columns }, (_, row) =>
    logit(features, row * columns, weights, bias),
  );
}

function logit(
  features: Float32Array | Float64Array,
  start: number,
  weights: Float64Array,
  bias: number,
): number {
  let z = bias;
  for (let column = 0; column < weights.length; column++)
    z += (features[start + column] ?? 0) * (weights[column] ?? 0);
  return z;
}

function unstandardised(point: Float64Array, { mean, deviation }: Scale) {
  const columns = mean.length;
  const weights = new Float64Array(columns);
  let bias = point[columns] ?? 0;
  for (let column = 0; column < columns; column++) {
    const weight = (point[column] ?? 0) / (deviation[column] ?? 1);
    weights[column] = weight;
    bias -= weight * (mean[column] ?? 0);
  }
  return { weights, bias };
}

function checkSamples({ features, columns, labels }: Samples): void {
  if (labels.length === 0 || features.length !== labels.length * columns)
    throw new InputError('bad-samples', {
      found: `${features.length} feature values for ${labels.length} rows of ${columns}`,
      why: 'Every row needs one value per column',
      remedy: 'Check the rows that were selected for training',
    });
  if (new Set(labels).size < 2)
    throw new InputError('one-class', {
      found: `All ${labels.length} training rows have label ${labels[0]}`,
      why: 'A classifier is fitted between two classes',
      remedy: 'Check the split and the labels of the manifest',
    });
  const bad = features.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError('feature-not-finite', {
      found: `Row ${Math.floor(bad / columns)}, column ${bad % columns} is ${features[bad]}`,
      why: 'One such value makes every weight NaN',
      remedy: 'Mend or remove the row',
    });
}
