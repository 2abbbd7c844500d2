// The ONNX operators of our bundles in terms of TensorFlow.js, which keeps pictures as [n, h, w, c].
import * as tf from '@tensorflow/tfjs-core';
import { InputError } from '../../fleet/errors.ts';
import type { OnnxAttribute, OnnxNode } from '../onnx/model.ts';

/** Computes one node. Tensors of rank 4 are NHWC; `clipped` asks a convolution to end in a ReLU6. */
export type Operator = (
  node: OnnxNode,
  inputs: readonly tf.Tensor[],
  clipped: boolean,
) => tf.Tensor;

export const unsupported = (node: OnnxNode, why: string) =>
  new InputError('unsupported-operator', {
    found: `Node "${node.name}" is a ${node.op}`,
    why: `The tfjs engine ${why}`,
    remedy: 'Use the onnx engine for this bundle',
  });

const operators: Readonly<Record<string, Operator>> = {
  Conv: convolve,
  Clip: (node, inputs) =>
    tf.clipByValue(operand(node, inputs, 0), scalar(node, inputs, 1), scalar(node, inputs, 2)),
  Add: (node, inputs) => elementwise(node, inputs, tf.add),
  Sub: (node, inputs) => elementwise(node, inputs, tf.sub),
  Mul: (node, inputs) => elementwise(node, inputs, tf.mul),
  Div: (node, inputs) => elementwise(node, inputs, tf.div),
  Log: (node, inputs) => tf.log(operand(node, inputs, 0)),
  GlobalAveragePool: (node, inputs) => tf.mean(operand(node, inputs, 0), [1, 2], true),
  Flatten: flatten,
  Gemm: gemm,
};

/** Throws `InputError` 'unsupported-operator' naming the node. */
export function operatorFor(node: OnnxNode): Operator {
  const operator = operators[node.op];
  if (operator === undefined)
    throw unsupported(node, `knows only ${Object.keys(operators).join(', ')} and Cast of weights`);
  return operator;
}

function operand(node: OnnxNode, inputs: readonly tf.Tensor[], index: number): tf.Tensor {
  const input = inputs[index];
  if (input === undefined) throw unsupported(node, `misses its input ${index}`);
  return input;
}

function scalar(node: OnnxNode, inputs: readonly tf.Tensor[], index: number): number {
  const value = operand(node, inputs, index).dataSync()[0];
  if (value === undefined) throw unsupported(node, `needs a number as input ${index}`);
  return value;
}

const intsOf = (attribute: OnnxAttribute | undefined): readonly number[] =>
  attribute?.kind === 'ints' ? attribute.value : [];

const numberOf = (attribute: OnnxAttribute | undefined, otherwise: number): number =>
  attribute?.kind === 'int' || attribute?.kind === 'float' ? attribute.value : otherwise;

/** Filters come as [height, width, in, out], or [height, width, channels, 1] where each channel is filtered by itself. */
function convolve(node: OnnxNode, inputs: readonly tf.Tensor[], clipped: boolean): tf.Tensor {
  const x = operand(node, inputs, 0) as tf.Tensor4D;
  const filter = operand(node, inputs, 1) as tf.Tensor4D;
  const bias = inputs[2];
  const [strideY = 1, strideX = 1] = intsOf(node.attributes['strides']);
  const parts = {
    x,
    filter,
    strides: [strideY, strideX] as [number, number],
    ...(bias && { bias }),
    ...(clipped && { activation: 'relu6' as const }),
  };
  const pad = padding(node, x, filter);
  if (!isDepthwise(node)) return tf.fused.conv2d({ ...parts, pad });
  if (typeof pad === 'object') throw unsupported(node, 'pads depthwise convolutions evenly only');
  return tf.fused.depthwiseConv2d({ ...parts, pad });
}

export const isDepthwise = (node: OnnxNode): boolean => numberOf(node.attributes['group'], 1) > 1;

type Padding = Parameters<typeof tf.fused.conv2d>[0]['pad'];

/** TensorFlow's own names where they say the same, because not every kernel takes explicit padding. */
function padding(node: OnnxNode, x: tf.Tensor4D, filter: tf.Tensor4D): Padding {
  const [top = 0, left = 0, bottom = 0, right = 0] = intsOf(node.attributes['pads']);
  if (top + left + bottom + right === 0) return 'valid';
  const strides = intsOf(node.attributes['strides']);
  const same = [0, 1].every((axis) => {
    const [size = 0, kernel = 0, stride = 1] = [
      x.shape[axis + 1],
      filter.shape[axis],
      strides[axis],
    ];
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
    const before = Math.floor(total / 2);
    const [first, last] = axis === 0 ? [top, bottom] : [left, right];
    return first === before && last === total - before;
  });
  if (same) return 'same';
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

/** Broadcasting differs between the two layouts, so that pictures are combined with their like only. */
function elementwise(
  node: OnnxNode,
  inputs: readonly tf.Tensor[],
  compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const [a, b] = [operand(node, inputs, 0), operand(node, inputs, 1)];
  const pictures = a.rank > 2 || b.rank > 2;
  if (pictures && a.shape.join() !== b.shape.join())
    throw unsupported(node, 'combines pictures of the same shape only');
  return compute(a, b);
}

function flatten(node: OnnxNode, inputs: readonly tf.Tensor[]): tf.Tensor {
  const x = operand(node, inputs, 0);
  if (numberOf(node.attributes['axis'], 1) !== 1)
    throw unsupported(node, 'flattens from axis 1 only');
  const inOrder = x.rank === 4 ? tf.transpose(x, [0, 3, 1, 2]) : x;
  return tf.reshape(inOrder, [x.shape[0] ?? 0, -1]);
}

function gemm(node: OnnxNode, inputs: readonly tf.Tensor[]): tf.Tensor {
  const { attributes } = node;
  if (numberOf(attributes['alpha'], 1) !== 1 || numberOf(attributes['beta'], 1) !== 1)
    throw unsupported(node, 'scales no products');
  const transposed = [attributes['transA'], attributes['transB']].map((a) => numberOf(a, 0) === 1);
  const [a, b] = [operand(node, inputs, 0), operand(node, inputs, 1)];
  const product = tf.matMul(a, b, transposed[0], transposed[1]);
  return inputs[2] === undefined ? product : tf.add(product, inputs[2]);
}
