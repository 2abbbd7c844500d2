// A graph model answers as the layers model it was converted from, whichever way its operators were fused; others are refused by name.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openOnnxSession } from '../../../models/engine/onnx-session.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { encodeModel } from '../../../models/onnx/file.ts';
import type { OnnxModel } from '../../../models/onnx/model.ts';
import { convertTfjsModel } from '../../../models/publish/tfjs/convert.ts';
import { withFolder } from '../../support/bundles.ts';

const side = 8;
const random = seededRandom(5);
const drawn = (...shape: readonly number[]) => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.4),
});
const tensors = {
  'stem/kernel': drawn(3, 3, 3, 4),
  'stem/bias': drawn(4),
  'deep/depthwise_kernel': drawn(3, 3, 4, 1),
  'deep/bias': drawn(4),
  'head/kernel': drawn(4, 1),
  'head/bias': drawn(1),
  axes: { shape: [2], dtype: 'int32', data: Int32Array.of(1, 2) },
};

const text = (value: string) => Buffer.from(value).toString('base64');
const list = (...values: readonly number[]) => ({ list: { i: values.map(String) } });
const fused = (...ops: readonly string[]) => ({ fused_ops: { list: { s: ops.map(text) } } });
const window = (stride: number) => ({
  strides: list(1, stride, stride, 1),
  padding: { s: text('SAME') },
  dilations: list(1, 1, 1, 1),
});
const node = (op: string, name: string, input: readonly string[] = [], attr: object = {}) => ({
  name,
  op,
  input,
  attr,
});

const size = (value: number) => ({ size: String(value) });
const shape = { shape: { shape: { dim: [-1, side, side, 3].map(size) } } };
const film = node('Placeholder', 'film', [], shape);
const constants = Object.keys(tensors).map((name) => node('Const', name));

/** As tensorflowjs_converter leaves it, and not in order. */
const fusedNodes = [
  node('Sigmoid', 'end', ['score']),
  node('_FusedMatMul', 'score', ['mean', 'head/kernel', 'head/bias'], fused('BiasAdd')),
  film,
  ...constants,
  node('_FusedConv2D', 'stem', ['film', 'stem/kernel', 'stem/bias'], {
    ...window(2),
    ...fused('BiasAdd', 'Relu6'),
  }),
  node('FusedDepthwiseConv2dNative', 'deep', ['stem:0', 'deep/depthwise_kernel', 'deep/bias'], {
    ...window(1),
    ...fused('BiasAdd', 'Relu'),
  }),
  node('AddV2', 'sum', ['stem', 'deep']),
  node('Mean', 'mean', ['sum', 'axes']),
];

/** The same, one operator at a time. */
const plainNodes = [
  film,
  ...constants,
  node('Conv2D', 'stem/conv', ['film', 'stem/kernel'], window(2)),
  node('BiasAdd', 'stem/shift', ['stem/conv', 'stem/bias']),
  node('Relu6', 'stem', ['stem/shift']),
  node('DepthwiseConv2dNative', 'deep/conv', ['stem', 'deep/depthwise_kernel'], window(1)),
  node('BiasAdd', 'deep/shift', ['deep/conv', 'deep/bias']),
  node('Relu', 'deep', ['deep/shift']),
  node('Add', 'sum', ['stem', 'deep']),
  node('Mean', 'mean', ['sum', 'axes']),
  node('MatMul', 'score/product', ['mean', 'head/kernel']),
  node('BiasAdd', 'score', ['score/product', 'head/bias']),
  node('Identity', 'end', ['score']),
];

const layer = (class_name: string, name: string, config: object, from: readonly string[]) => ({
  class_name,
  name,
  config,
  inbound_nodes: from.length === 0 ? [] : [from.map((other) => [other, 0, 0, {}])],
});
const layers = [
  layer('InputLayer', 'film', { batch_input_shape: [null, side, side, 3] }, []),
  layer('Conv2D', 'stem', { strides: [2, 2], padding: 'same', activation: 'relu6' }, ['film']),
  layer('DepthwiseConv2D', 'deep', { padding: 'same', activation: 'relu' }, ['stem']),
  layer('Add', 'sum', {}, ['stem', 'deep']),
  layer('GlobalAveragePooling2D', 'mean', {}, ['sum']),
  layer('Dense', 'head', { activation: 'sigmoid' }, ['mean']),
];

const convertedFrom = (modelTopology: object, format: string): Promise<OnnxModel> =>
  withFolder(async (folder) => {
    const all = Object.entries(tensors);
    const bytes = all.map(([, { data }]) => Buffer.from(data.buffer));
    await writeFile(join(folder, 'weights.bin'), Buffer.concat(bytes));
    const weights = all.map(([name, { shape: dims, dtype }]) => ({ name, shape: dims, dtype }));
    const weightsManifest = [{ paths: ['weights.bin'], weights }];
    const file = join(folder, 'model.json');
    await writeFile(file, JSON.stringify({ format, modelTopology, weightsManifest }));
    return convertTfjsModel(file);
  });

const fromNodes = (nodes: readonly object[]) => convertedFrom({ node: nodes }, 'graph-model');

async function answer(model: OnnxModel, data: Float32Array): Promise<number> {
  const session = await openOnnxSession(encodeModel(model));
  const input = { name: model.inputs[0]!.name, dims: [1, 3, side, side], data };
  const [logit] = await session.run(input, [model.outputs[0]!.name]);
  await session.close();
  return logit!.data[0]!;
}

test('fused or one by one, the operators answer as the layers do', async () => {
  const data = Float32Array.from({ length: 3 * side * side }, () => 2 * random() - 1);
  const expected = await answer(await convertedFrom({ config: { layers } }, 'layers-model'), data);
  expect(Math.abs(expected)).toBeGreaterThan(1e-3);
  for (const nodes of [fusedNodes, plainNodes])
    expect(await answer(await fromNodes(nodes), data)).toBeCloseTo(expected, 5);
});

describe('a graph model is refused', () => {
  const replaced = (name: string, by: object) =>
    plainNodes.map((given) => (given.name === name ? { ...given, ...by } : given));
  test.each<[string, readonly object[], string]>([
    ['with an operator that is not known', replaced('deep', { op: 'Elu' }), '"deep" is a Elu'],
    ['with a sigmoid in its middle', replaced('deep', { op: 'Sigmoid' }), 'at the end of a model'],
    [
      'that averages over channels',
      replaced('mean', { attr: { keep_dims: { b: true } } }),
      '"mean" is a Mean',
    ],
    [
      'that computes with what it does not hold',
      replaced('deep/shift', { input: ['deep/conv', 'nowhere'] }),
      'nowhere',
    ],
    ['with two outputs', [...plainNodes, node('Relu', 'other', ['stem'])], 'not one output'],
    [
      'that runs in a circle',
      replaced('stem/conv', { input: ['sum', 'stem/kernel'] }),
      'does not hold',
    ],
  ])('%s', async (_, nodes, found) => {
    await expect(fromNodes(nodes)).rejects.toThrow(found);
  });
});
