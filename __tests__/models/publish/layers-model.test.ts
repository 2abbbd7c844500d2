// TensorFlow.js layers models become ONNX graphs that answer alike on both engines, or are refused by the layer's name.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openOnnxSession } from '../../../models/engine/onnx-session.ts';
import { openTfjsSession } from '../../../models/engine/tfjs-session.ts';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { encodeModel } from '../../../models/onnx/file.ts';
import { describedGraph } from '../../../models/publish/described-graph.ts';
import { convertTfjsModel } from '../../../models/publish/tfjs/convert.ts';
import { withFolder } from '../../support/bundles.ts';

const side = 9;
const random = seededRandom(11);
const drawn = (...shape: readonly number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.4),
});
type Weight = ReturnType<typeof drawn>;

const weights: Readonly<Record<string, Weight>> = {
  'stem/kernel': drawn(3, 3, 3, 4),
  'stem/bias': drawn(4),
  'norm/gamma': drawn(4),
  'norm/beta': drawn(4),
  'norm/moving_mean': drawn(4),
  'norm/moving_variance': { shape: [4], data: Float32Array.of(0.5, 1, 2, 0.25) },
  'deep/depthwise_kernel': drawn(3, 3, 4, 1),
  'head/kernel': drawn(4, 1),
  'head/bias': drawn(1),
};

const layer = (class_name: string, name: string, config: object, from: readonly string[]) => ({
  class_name,
  name,
  config: { name, ...config },
  inbound_nodes: from.length === 0 ? [] : [from.map((other) => [other, 0, 0, {}])],
});

const layers = [
  layer('InputLayer', 'film', { batch_input_shape: [null, side, side, 3] }, []),
  layer('Conv2D', 'stem', { strides: [2, 2], padding: 'same', activation: 'relu6' }, ['film']),
  layer('BatchNormalization', 'norm', { epsilon: 0.01 }, ['stem']),
  layer('DepthwiseConv2D', 'deep', { strides: [1, 1], padding: 'same', use_bias: false }, ['norm']),
  layer('ReLU', 'bent', {}, ['deep']),
  layer('Add', 'sum', {}, ['norm', 'bent']),
  layer('Dropout', 'drop', { rate: 0.5 }, ['sum']),
  layer('GlobalAveragePooling2D', 'mean', {}, ['drop']),
  layer('Dense', 'head', { activation: 'sigmoid' }, ['mean']),
];

async function writeModel(folder: string, given: readonly object[]): Promise<string> {
  const names = Object.keys(weights);
  const manifest = names.map((name) => ({ name, shape: weights[name]!.shape, dtype: 'float32' }));
  const bytes = Buffer.concat(names.map((name) => Buffer.from(weights[name]!.data.buffer)));
  // In two shards, which part a weight in the middle.
  await writeFile(join(folder, 'one.bin'), bytes.subarray(0, 101));
  await writeFile(join(folder, 'two.bin'), bytes.subarray(101));
  const modelTopology = { model_config: { class_name: 'Model', config: { layers: given } } };
  const weightsManifest = [{ paths: ['one.bin', 'two.bin'], weights: manifest }];
  const file = join(folder, 'model.json');
  await writeFile(file, JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
  return file;
}

/** Plain loops over [h][w][c], written from TensorFlow's definition of its operators. */
type Picture = number[][][];

function convolved(
  x: Picture,
  stride: number,
  kernel: number,
  at: (sum: { y: number; x: number; into: number[] }) => number[],
): Picture {
  const size = Math.ceil(x.length / stride);
  const before = Math.floor(Math.max(0, (size - 1) * stride + kernel - x.length) / 2);
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (__, column) => {
      let total: number[] = [];
      for (let dy = 0; dy < kernel; dy++)
        for (let dx = 0; dx < kernel; dx++) {
          const into = x[row * stride + dy - before]?.[column * stride + dx - before];
          if (into === undefined) continue;
          const part = at({ y: dy, x: dx, into });
          total = part.map((value, channel) => value + (total[channel] ?? 0));
        }
      return total;
    }),
  );
}

function expectedLogit(film: Picture): number {
  const w = (name: string) => weights[name]!.data;
  const stem = convolved(film, 2, 3, ({ y, x, into }) =>
    Array.from({ length: 4 }, (_, out) =>
      into.reduce((sum, v, c) => sum + v * w('stem/kernel')[((y * 3 + x) * 3 + c) * 4 + out]!, 0),
    ),
  ).map((row) => row.map((p) => p.map((v, c) => Math.min(6, Math.max(0, v + w('stem/bias')[c]!)))));
  const norm = stem.map((row) =>
    row.map((p) =>
      p.map(
        (v, c) =>
          (w('norm/gamma')[c]! * (v - w('norm/moving_mean')[c]!)) /
            Math.sqrt(w('norm/moving_variance')[c]! + 0.01) +
          w('norm/beta')[c]!,
      ),
    ),
  );
  const deep = convolved(norm, 1, 3, ({ y, x, into }) =>
    into.map((v, c) => v * w('deep/depthwise_kernel')[(y * 3 + x) * 4 + c]!),
  );
  const pixels = norm.flatMap((row, y) =>
    row.map((p, x) => p.map((v, c) => v + Math.max(0, deep[y]![x]![c]!))),
  );
  return pixels
    .reduce((sums, p) => sums.map((sum, c) => sum + p[c]! / pixels.length), [0, 0, 0, 0])
    .reduce((sum, mean, c) => sum + mean * w('head/kernel')[c]!, w('head/bias')[0]!);
}

test('convolution, normalization, depthwise convolution, sum, mean and a dense end answer as TensorFlow defines them, on both engines', async () => {
  await withFolder(async (folder) => {
    const { model, tensor, shape, outputs } = describedGraph(
      await convertTfjsModel(await writeModel(folder, layers)),
    );
    expect(shape).toEqual([3, side, side]);
    const film: Picture = Array.from({ length: side }, () =>
      Array.from({ length: side }, () => Array.from({ length: 3 }, () => 2 * random() - 1)),
    );
    const data = Float32Array.from(
      [0, 1, 2].flatMap((c) => film.flatMap((row) => row.map((p) => p[c]!))),
    );
    const bytes = encodeModel(model);
    await resolveEngine('tfjs');
    for (const open of [openOnnxSession, openTfjsSession]) {
      const session = await open(bytes);
      const [logit] = await session.run({ name: tensor, dims: [1, 3, side, side], data }, [
        outputs.logit,
      ]);
      await session.close();
      expect(logit!.data).toHaveLength(1);
      expect(logit!.data[0]).toBeCloseTo(expectedLogit(film), 4);
    }
  });
}, 60_000);

describe('a layers model is refused', () => {
  const replaced = (name: string, by: object) =>
    layers.map((given) => (given.name === name ? { ...given, ...by } : given));
  test.each<[string, readonly object[], string]>([
    [
      'with a layer that is not known',
      replaced('bent', { class_name: 'MaxPooling2D' }),
      '"bent" is a MaxPooling2D',
    ],
    [
      'with a sigmoid in its middle',
      replaced('bent', { class_name: 'Activation', config: { activation: 'sigmoid' } }),
      'sigmoid',
    ],
    [
      'with a softmax',
      replaced('head', { config: { activation: 'softmax' } }),
      'activation "softmax"',
    ],
    [
      'with dilation',
      replaced('stem', { config: { dilation_rate: [2, 2] } }),
      '"stem" is a Conv2D',
    ],
    ['whose weights are missing', replaced('head', { name: 'tail' }), 'tail/kernel'],
    [
      'whose input has no size',
      replaced('film', { config: { batch_input_shape: [null, null, null, 3] } }),
      'No layer says',
    ],
  ])('%s', async (_, given, found) => {
    await withFolder(async (folder) => {
      const file = await writeModel(folder, given);
      await expect(convertTfjsModel(file)).rejects.toThrow(found);
    });
  });

  test('whose shards lie elsewhere', async () => {
    await withFolder(async (folder) => {
      const file = await writeModel(folder, layers);
      const weightsManifest = [{ paths: ['../one.bin'], weights: [] }];
      await writeFile(file, JSON.stringify({ modelTopology: {}, weightsManifest }));
      await expect(convertTfjsModel(file)).rejects.toMatchObject({ code: 'tfjs-model' });
    });
  });
});
