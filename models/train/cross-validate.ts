// Stratified cross-validation: each row's logit from a model that has not seen the row. Pure.
import { InputError } from '../../fleet/errors.ts';
import { seededRandom, shuffled } from '../evaluate/seeded-random.ts';
import type { Samples } from './logistic.ts';

export interface CrossValidation<Model> {
  readonly folds: number;
  readonly seed: number;
  readonly fit: (part: Samples) => Model;
  readonly logits: (model: Model, rows: Samples) => Float64Array;
}

export const crossValidatedLogits = <Model>(
  samples: Samples,
  { seed, ...how }: CrossValidation<Model>,
): Float64Array =>
  heldOutLogits(samples, { ...how, fold: stratifiedFolds(samples.labels, how.folds, seed) });

/** The same with folds drawn elsewhere: `fold` says which one each row is in. */
export function heldOutLogits<Model>(
  samples: Samples,
  {
    folds,
    fold,
    fit,
    logits,
  }: Omit<CrossValidation<Model>, 'seed'> & { readonly fold: Int32Array },
): Float64Array {
  const result = new Float64Array(samples.labels.length);
  for (let out = 0; out < folds; out++) {
    const model = fit(rowsWhere(samples, (row) => fold[row] !== out));
    const heldOut = rowsWhere(samples, (row) => fold[row] === out);
    const answers = logits(model, heldOut);
    for (const [index, row] of heldOut.rows.entries()) result[row] = answers[index] ?? 0;
  }
  return result;
}

/** The fold of each row; every fold holds as many rows of each class as any other, give or take one. */
export function stratifiedFolds(labels: Uint8Array, folds: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const result = new Int32Array(labels.length);
  for (const label of [0, 1]) {
    const rows = [...labels.keys()].filter((row) => labels[row] === label);
    if (rows.length < folds)
      throw new InputError('too-few-rows', {
        found: `${rows.length} rows of class ${label} for ${folds} folds`,
        why: 'Every fold needs a row of both classes',
        remedy: 'Add rows',
      });
    for (const [place, index] of shuffled(rows.length, random).entries())
      result[rows[index] ?? 0] = place % folds;
  }
  return result;
}

function rowsWhere({ features, columns, labels }: Samples, keep: (row: number) => boolean) {
  const rows = [...labels.keys()].filter(keep);
  const part = new Float64Array(rows.length * columns);
  for (const [index, row] of rows.entries())
    part.set(features.subarray(row * columns, (row + 1) * columns), index * columns);
  return {
    features: part,
    columns,
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
    rows,
  };
}
