// Puts another linear head into a model that has one, and leaves everything before it as it is. Pure.
import { InputError } from '../../fleet/errors.ts';
import type { Calibration } from '../bundle/manifest.ts';
import { decodeModel, encodeModel } from '../onnx/file.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Head } from './head.ts';

/** In a model that also grades, the row of its grades that asks what the head asks. */
export interface GradeRow {
  readonly row: number;
  /** Of the head. The rows beside it keep their scale, so that this one must be of a scale that means the same. */
  readonly calibration: Calibration;
}

/** Null where the model has no head of the shape that is put into others. */
export function headOf(modelBytes: Uint8Array): Head | null {
  const { initializers } = decodeModel(modelBytes);
  const { 'head.weights': weights, 'head.bias': bias } = initializers;
  if (weights?.type !== 'float32' || bias?.type !== 'float32' || bias.data.length !== 1)
    return null;
  return { weights: Float64Array.from(weights.data), bias: bias.data[0] ?? Number.NaN };
}

/** `InputError` 'no-linear-head' when the model has none of as many weights. */
export function refitHead(
  modelBytes: Uint8Array,
  { weights, bias }: Head,
  grade: GradeRow | null,
): Uint8Array {
  const model = decodeModel(modelBytes);
  const row = Float32Array.from(weights);
  const replaced = [
    replacing(model, 'head.weights', { data: row }),
    replacing(model, 'head.bias', { data: Float32Array.of(bias) }),
    replacing(model, 'head.filter', { data: row }),
    ...(grade === null ? [] : gradeReplaced(model, { weights, bias }, grade)),
  ];
  return encodeModel({
    ...model,
    initializers: { ...model.initializers, ...Object.fromEntries(replaced) },
  });
}

/** Its logit is that of the probability which the head's answer shows. */
function gradeReplaced(
  model: OnnxModel,
  { weights, bias }: Head,
  { row, calibration: { slope, intercept } }: GradeRow,
) {
  const data = Float32Array.from(weights, (weight) => slope * weight);
  const offset = Float32Array.of(slope * bias + intercept);
  return [
    replacing(model, 'grades.weights', { data, row }),
    replacing(model, 'grades.bias', { data: offset, row }),
  ];
}

/** The whole tensor, or one row of it. */
function replacing(
  { initializers }: OnnxModel,
  name: string,
  { data, row }: { readonly data: Float32Array; readonly row?: number },
) {
  const tensor = initializers[name];
  const length = (row === undefined ? 1 : (tensor?.dims[0] ?? 0)) * data.length;
  if (tensor?.type !== 'float32' || tensor.data.length !== length)
    throw new InputError('no-linear-head', {
      found: `The model's "${name}" is ${tensor === undefined ? 'missing' : `${tensor.type} of ${tensor.dims.join(' x ')}`}`,
      why: `A head of ${data.length} values is to take its place`,
      remedy: 'Refit a model that `evenkeel train` made on the shipped backbone',
    });
  const whole = Float32Array.from(tensor.data);
  whole.set(data, (row ?? 0) * data.length);
  return [name, { ...tensor, data: whole }] as const;
}
