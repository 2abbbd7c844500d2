// Puts another linear head into a model that has one, and leaves everything before it as it is. Pure.
import { InputError } from '../../fleet/errors.ts';
import { decodeModel, encodeModel } from '../onnx/file.ts';
import type { OnnxModel } from '../onnx/model.ts';
import type { Head } from './head.ts';

/** In a model that also grades, this row of its grades is the head itself. */
const gradeOfHead = 1;

/** `InputError` 'no-linear-head' when the model has none of as many weights. */
export function refitHead(modelBytes: Uint8Array, { weights, bias }: Head): Uint8Array {
  const model = decodeModel(modelBytes);
  const row = Float32Array.from(weights);
  const replaced = [
    replacing(model, 'head.weights', { data: row }),
    replacing(model, 'head.bias', { data: Float32Array.of(bias) }),
    replacing(model, 'head.filter', { data: row }),
    ...('grades.weights' in model.initializers
      ? [
          replacing(model, 'grades.weights', { data: row, row: gradeOfHead }),
          replacing(model, 'grades.bias', { data: Float32Array.of(bias), row: gradeOfHead }),
        ]
      : []),
  ];
  return encodeModel({
    ...model,
    initializers: { ...model.initializers, ...Object.fromEntries(replaced) },
  });
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
