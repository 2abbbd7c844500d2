// Puts another linear head into a model that has one, and leaves everything before it as it is. Pure.
import { InputError } from '../../fleet/errors.ts';
import type { Calibration } from '../bundle/manifest.ts';
import { decodeModel, encodeModel } from '../onnx/file.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { GradeHead, Head } from './head.ts';

/** In a model that also grades, one of its questions "is the grade above k?". */
export interface GradeRow {
  /** k, counted from 0. */
  readonly row: number;
  readonly head: Head;
  /** Of the head: rows of grades give calibrated log odds. */
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

/** The rows of a model that grades; null where it has none of the shape that is put into others. */
export function gradeHeadOf(modelBytes: Uint8Array): GradeHead | null {
  const { initializers } = decodeModel(modelBytes);
  const { 'grades.weights': weights, 'grades.bias': biases } = initializers;
  if (weights?.type !== 'float32' || biases?.type !== 'float32') return null;
  return { weights: Float64Array.from(weights.data), biases: Float64Array.from(biases.data) };
}

/** Rows of grades that are not given stay. `InputError` 'no-linear-head' when the model has none of as many weights. */
export function refitHead(
  modelBytes: Uint8Array,
  { weights, bias }: Head,
  grades: readonly GradeRow[],
): Uint8Array {
  const row = Float32Array.from(weights);
  const withHead = [
    { name: 'head.weights', data: row },
    { name: 'head.bias', data: Float32Array.of(bias) },
    { name: 'head.filter', data: row },
  ].reduce(replacing, decodeModel(modelBytes));
  return encodeModel(grades.flatMap(gradeParts).reduce(replacing, withHead));
}

/** Calibrated, as the rows beside it are. */
function gradeParts({ row, head, calibration: { slope, intercept } }: GradeRow): readonly Part[] {
  const data = Float32Array.from(head.weights, (weight) => slope * weight);
  const offset = Float32Array.of(slope * head.bias + intercept);
  return [
    { name: 'grades.weights', data, row },
    { name: 'grades.bias', data: offset, row },
  ];
}

interface Part {
  readonly name: string;
  /** The whole tensor, or one row of it. */
  readonly data: Float32Array;
  readonly row?: number;
}

function replacing(model: OnnxModel, { name, data, row }: Part): OnnxModel {
  const { initializers } = model;
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
  return { ...model, initializers: { ...initializers, [name]: { ...tensor, data: whole } } };
}
