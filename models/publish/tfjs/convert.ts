// A TensorFlow.js model as an ONNX graph.
import type { OnnxModel } from '../../onnx/model.ts';
import { convertGraphModel } from './graph-model.ts';
import { convertLayersModel } from './layers-model.ts';
import { readTfjsModel } from './read-model.ts';

/** `file` is its model.json. */
export async function convertTfjsModel(file: string): Promise<OnnxModel> {
  const model = await readTfjsModel(file);
  return model.format === 'layers-model' ? convertLayersModel(model) : convertGraphModel(model);
}
