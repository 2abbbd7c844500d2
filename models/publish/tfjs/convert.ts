// A TensorFlow.js model as an ONNX graph.
import { InputError } from '../../../fleet/errors.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { convertLayersModel } from './layers-model.ts';
import { readTfjsModel } from './read-model.ts';

/** `file` is its model.json. */
export async function convertTfjsModel(file: string): Promise<OnnxModel> {
  const model = await readTfjsModel(file);
  if (model.format === 'layers-model') return convertLayersModel(model);
  throw new InputError('tfjs-model', {
    found: `${file} is a graph model`,
    why: 'Its layers were taken apart into operators when it was converted',
    remedy: 'Give the layers model it was made from, or export it as ONNX (operator set 17)',
  });
}
