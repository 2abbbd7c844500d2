// Weights between the layouts of ONNX, which puts channels first, and of TensorFlow, which puts them last.
import * as tf from '@tensorflow/tfjs-core';
import type { OnnxNode } from '../onnx/model.ts';
import type { FloatTensor } from './graph-session.ts';
import { isDepthwise, unsupported } from './tfjs-operators.ts';
import type { Plan } from './tfjs-plan.ts';

/** [out, in, h, w] -> [h, w, in, out]. Its own inverse is `filterToOnnx`. */
const filterAxes = [2, 3, 1, 0];
/** One filter per channel: [channels, 1, h, w] -> [h, w, channels, 1]. */
const depthwiseAxes = [2, 3, 0, 1];
const filterToOnnx = [3, 2, 0, 1];
const depthwiseToOnnx = [2, 3, 0, 1];

export const tensorOf = ({ data, dims }: FloatTensor): tf.Tensor =>
  tf.tensor(data, [...dims], 'float32');

/** The constants that steps use, on the backend and in its layout, by name. The caller disposes of them. */
export function weightsOf({ steps, constants }: Plan): ReadonlyMap<string, tf.Tensor> {
  const weights = new Map<string, tf.Tensor>();
  for (const { node } of steps)
    for (const [i, name] of node.inputs.entries()) {
      const constant = constants.get(name);
      if (constant === undefined || weights.has(name)) continue;
      weights.set(name, isFilter(node, i) ? filterOf(node, constant) : tensorOf(constant));
    }
  return weights;
}

/** The way back: what a step's weight is in the file. */
export async function onnxWeight(node: OnnxNode, i: number, weight: tf.Tensor) {
  const axes = isDepthwise(node) ? depthwiseToOnnx : filterToOnnx;
  const inOrder = isFilter(node, i) ? tf.transpose(weight, axes) : weight.clone();
  try {
    return { dims: inOrder.shape, data: await inOrder.data<'float32'>() };
  } finally {
    inOrder.dispose();
  }
}

const isFilter = (node: OnnxNode, i: number) => node.op === 'Conv' && i === 1;

function filterOf(node: OnnxNode, filter: FloatTensor): tf.Tensor {
  const depthwise = isDepthwise(node);
  const group = node.attributes['group'];
  const [out, perGroup] = filter.dims;
  if (depthwise && (perGroup !== 1 || group?.kind !== 'int' || group.value !== out))
    throw unsupported(node, 'groups channels one by one only');
  return tf.tidy(() => tf.transpose(tensorOf(filter), depthwise ? depthwiseAxes : filterAxes));
}
