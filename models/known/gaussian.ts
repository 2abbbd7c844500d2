// A normal distribution fitted to rows of features, and how far a row lies from it (Mahalanobis). Pure.
import { columnScale } from '../train/logistic.ts';

export interface Rows {
  /** One row after the other. */
  readonly features: Float64Array;
  readonly columns: number;
}

/** distance(x) = | whitening . x - offset |^2, about `columns` on average over the rows that it was fitted to. */
export interface Gaussian {
  /** Lower triangular, [columns * columns]. */
  readonly whitening: Float64Array;
  /** [columns] */
  readonly offset: Float64Array;
  /** What share of the covariance is replaced by that of independent columns. */
  readonly shrinkage: number;
}

/** Columns are standardised first, so that none counts for more because its numbers are larger. */
export function fitGaussian({ features, columns }: Rows): Gaussian {
  const n = features.length / columns;
  const { mean, deviation } = columnScale({ features, columns, labels: new Uint8Array(n) });
  const standard = features.map(
    (value, i) => (value - (mean[i % columns] ?? 0)) / (deviation[i % columns] ?? 1),
  );
  const { covariance, shrinkage } = shrunkCovariance({ features: standard, columns });
  const whitening = inverseTriangle(cholesky(covariance, columns), columns);
  const offset = new Float64Array(columns);
  for (let i = 0, at = 0; i < columns; i++)
    for (let j = 0; j < columns; j++, at++) {
      const weight = (whitening[at] ?? 0) / (deviation[j] ?? 1);
      whitening[at] = weight;
      offset[i] = (offset[i] ?? 0) + weight * (mean[j] ?? 0);
    }
  return { whitening, offset, shrinkage };
}

/** Squared, of every row. */
export function distances(
  { whitening, offset }: Pick<Gaussian, 'whitening' | 'offset'>,
  { features, columns }: Rows,
): Float64Array {
  return Float64Array.from({ length: features.length / columns }, (_, row) => {
    let squares = 0;
    for (let i = 0; i < columns; i++) {
      let across = -(offset[i] ?? 0);
      for (let j = 0; j <= i; j++)
        across += (whitening[i * columns + j] ?? 0) * (features[row * columns + j] ?? 0);
      squares += across * across;
    }
    return squares;
  });
}

/**
 * The covariance of centred rows, drawn towards a multiple of the identity by as much as the rows are too few for it:
 * Ledoit and Wolf, Journal of Multivariate Analysis 2004;88:365-411.
 */
export function shrunkCovariance(rows: Rows) {
  const { features, columns } = rows;
  const n = features.length / columns;
  const covariance = covarianceOf(rows);
  let fourthPowers = 0;
  for (let row = 0; row < n; row++)
    fourthPowers += squaredNorm(features.subarray(row * columns, (row + 1) * columns)) ** 2;
  const variance = trace(covariance, columns) / columns;
  const squares = squaredNorm(covariance);
  const spread = squares - columns * variance ** 2;
  const noise = (fourthPowers / n - squares) / n;
  const shrinkage = spread > 0 ? Math.min(1, Math.max(0, noise / spread)) : 1;
  for (let at = 0; at < covariance.length; at++) {
    const independent = at % (columns + 1) === 0 ? variance : 0;
    covariance[at] = (1 - shrinkage) * (covariance[at] ?? 0) + shrinkage * independent;
  }
  return { covariance, shrinkage };
}

/** Of rows whose columns have mean 0. */
function covarianceOf({ features, columns }: Rows): Float64Array {
  const n = features.length / columns;
  const covariance = new Float64Array(columns * columns);
  for (let start = 0; start < features.length; start += columns)
    for (let i = 0; i < columns; i++) {
      const share = (features[start + i] ?? 0) / n;
      for (let j = 0, at = i * columns; j <= i; j++, at++)
        covariance[at] = (covariance[at] ?? 0) + share * (features[start + j] ?? 0);
    }
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < i; j++) covariance[j * columns + i] = covariance[i * columns + j] ?? 0;
  return covariance;
}

const squaredNorm = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value * value, 0);

function trace(matrix: Float64Array, columns: number): number {
  let sum = 0;
  for (let i = 0; i < columns; i++) sum += matrix[i * (columns + 1)] ?? 0;
  return sum;
}

/** The lower triangle L with L L' = matrix, which must be positive definite. */
export function cholesky(matrix: Float64Array, columns: number): Float64Array {
  const lower = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * columns + j] ?? 0;
      for (let k = 0; k < j; k++)
        rest -= (lower[i * columns + k] ?? 0) * (lower[j * columns + k] ?? 0);
      if (i === j && !(rest > 0)) throw new Error(`column ${i} hangs on the columns before it`);
      lower[i * columns + j] = i === j ? Math.sqrt(rest) : rest / (lower[j * (columns + 1)] ?? 1);
    }
  return lower;
}

export function inverseTriangle(lower: Float64Array, columns: number): Float64Array {
  const inverse = new Float64Array(columns * columns);
  for (let j = 0; j < columns; j++)
    for (let i = j; i < columns; i++) {
      let rest = i === j ? 1 : 0;
      for (let k = j; k < i; k++)
        rest -= (lower[i * columns + k] ?? 0) * (inverse[k * columns + j] ?? 0);
      inverse[i * columns + j] = rest / (lower[i * (columns + 1)] ?? 1);
    }
  return inverse;
}
