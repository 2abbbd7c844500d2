// Both engines give the same answers from the same file, and hold no memory beyond a run.
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tableModel } from '../../../models/backbone/head.ts';
import type { Bundle } from '../../../models/bundle/load-bundle.ts';
import { logitDeltaMax } from '../../../models/engine/engine.ts';
import type { Engine, LoadedModel } from '../../../models/engine/engine.ts';
import { samplesMax } from '../../../models/engine/loaded-model.ts';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { goldenTensor, selfTest } from '../../../models/engine/self-test.ts';
import { openTfjsSession } from '../../../models/engine/tfjs-session.ts';
import { encodeModel } from '../../../models/onnx/file.ts';
import { GraphBuilder } from '../../../models/onnx/graph-builder.ts';
import type { OnnxNode } from '../../../models/onnx/model.ts';
import { withFolder, writeImageBundle, writeTableBundle } from '../../support/bundles.ts';

const engineNames = ['onnx', 'tfjs'] as const;
const engines = new Map<string, Engine>();
const models = new Map<string, LoadedModel>();
let image: Bundle;
let tables: Bundle;
let golden: Float32Array[];

beforeAll(async () => {
  await withFolder(async (folder) => {
    image = await writeImageBundle(folder);
    tables = await writeTableBundle(folder);
    golden = [];
    for (const sample of image.manifest.golden) golden.push(await goldenTensor(image, sample));
    for (const name of engineNames) {
      const engine = await resolveEngine(name);
      engines.set(name, engine);
      const model = await engine.load(image);
      await selfTest(image, model);
      models.set(name, model);
    }
  });
});

afterAll(async () => {
  for (const model of models.values()) await model.close();
});

const differs = (a: Float32Array, b: Float32Array) =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);

const rows = (n: number) => new Float32Array(3 * n);

describe('the two engines', () => {
  test('agree on logit, map and features of every golden input', async () => {
    for (const tensor of golden) {
      const [onnx, tfjs] = await Promise.all(
        engineNames.map((name) => models.get(name)!.run(tensor, 1)),
      );
      expect(Math.abs(onnx!.logit[0]! - tfjs!.logit[0]!)).toBeLessThanOrEqual(logitDeltaMax);
      expect([tfjs!.camHeight, tfjs!.camWidth, tfjs!.cam!.length]).toEqual([7, 7, 49]);
      expect(differs(onnx!.cam!, tfjs!.cam!)).toBeLessThan(1e-3);
      expect(differs(onnx!.features!, tfjs!.features!)).toBeLessThan(1e-4);
      expect(tfjs!.features).toHaveLength(1_280);
    }
  });

  test.each(engineNames)('%s reads a batch as it reads its samples one by one', async (name) => {
    const [first, second] = golden as [Float32Array, Float32Array];
    const together = Float32Array.from([...second, ...first]);
    const batch = await models.get(name)!.run(together, 2);
    const alone = await models.get(name)!.run(first, 1);
    expect(batch.logit[1]).toBeCloseTo(alone.logit[0]!, 4);
    expect(batch.cam!.slice(49)).toHaveLength(49);
    expect(batch.cam![49 + 24]).toBeCloseTo(alone.cam![24]!, 3);
  });

  test.each(engineNames)('%s reads tables', async (name) => {
    const model = await engines.get(name)!.load(tables);
    const output = await model.run(Float32Array.of(12, 18, -4, 10, 20, -5), 2);
    await model.close();
    expect(Array.from(output.logit)).toEqual([3.25, 0.75]);
    expect([output.cam, output.features, output.camHeight]).toEqual([null, null, 0]);
  });

  test.each(engineNames)('%s says what computes', (name) => {
    const expected =
      name === 'onnx' ? /^onnxruntime-node \d/ : /^tfjs 4\.\d+\.\d+ (wasm|tensorflow)/;
    expect(engines.get(name)!.description).toMatch(expected);
    expect(engines.get(name)!.id).toBe(name);
  });

  test.each(engineNames)('%s takes as many samples as the limit and no more', async (name) => {
    const model = await engines.get(name)!.load(tables);
    expect((await model.run(rows(samplesMax), samplesMax)).logit).toHaveLength(samplesMax);
    const wrong: [Float32Array, number][] = [
      [rows(samplesMax + 1), samplesMax + 1],
      [rows(0), 0],
      [rows(2), 1],
      [rows(1), 1.5],
    ];
    for (const [input, n] of wrong)
      await expect(model.run(input, n)).rejects.toMatchObject({ code: 'wrong-input-size' });
    await model.close();
  });

  test.each(engineNames)('%s finishes the run in progress before it closes', async (name) => {
    const model = await engines.get(name)!.load(tables);
    const running = model.run(Float32Array.of(10, 20, -5), 1);
    await model.close();
    expect((await running).logit[0]).toBe(0.75);
    await expect(model.run(Float32Array.of(10, 20, -5), 1)).rejects.toThrow('closed');
  });
});

describe('the tfjs engine', () => {
  test('holds the same tensors and bytes after fifty runs as after one', async () => {
    const model = await engines.get('tfjs')!.load(tables);
    const row = Float32Array.of(12, 18, -4);
    await model.run(row, 1);
    const before = tf.memory();
    for (let run = 0; run < 50; run++) await model.run(row, 1);
    for (let run = 0; run < 5; run++) await models.get('tfjs')!.run(golden[0]!, 1);
    const after = tf.memory();
    expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes]);
    await model.close();
    expect(tf.memory().numTensors).toBeLessThan(before.numTensors);
  });

  test('pads unevenly, clips elsewhere than after a convolution, and subtracts as onnxruntime does', async () => {
    const graph = new GraphBuilder();
    const data = Float32Array.from({ length: 54 }, (_, i) => ((i * 37) % 11) / 10 - 0.5);
    const weights = graph.floats('w', { dims: [2, 3, 3, 3], data });
    const pads = [2, 0, 1, 1] as const;
    const conv = graph.conv('conv', { x: 'x', weights, kernel: 3, stride: 2, pads });
    graph.sub('out', graph.clip('low', conv, 0, 6), graph.clip('high', conv, -1, 0.5));
    const model = graph.build(
      'odd',
      [{ name: 'x', dims: [1, 3, 7, 5] }],
      [{ name: 'out', dims: [1, 2, 4, 2] }],
    );
    const bytes = encodeModel(model);
    const { openOnnxSession } = await import('../../../models/engine/onnx-session.ts');
    const x = Float32Array.from({ length: 105 }, (_, i) => Math.sin(i));
    const input = { name: 'x', dims: [1, 3, 7, 5], data: x };
    const [onnx, tfjs] = await Promise.all(
      [openOnnxSession, openTfjsSession].map(async (open) => {
        const session = await open(bytes);
        const [out] = await session.run(input, ['out']);
        await session.close();
        return out!;
      }),
    );
    expect(tfjs!.dims).toEqual(onnx!.dims);
    const differences = onnx!.data.map((value, i) => Math.abs(value - tfjs!.data[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    expect(onnx!.data.some((value) => value > 0.1)).toBe(true);
  });

  test('takes logarithms, of nothing as well, as onnxruntime does', async () => {
    const bytes = tableModel({
      mean: Float64Array.of(1, 2),
      scale: Float64Array.of(0.5, 4),
      weights: Float64Array.of(1, 1),
      bias: 0,
      logarithms: { columns: [true, false], floor: 1e-6 },
    });
    const { openOnnxSession } = await import('../../../models/engine/onnx-session.ts');
    const data = Float32Array.of(Math.E, 6, 0, 2, 1_000, -2);
    for (const open of [openOnnxSession, openTfjsSession]) {
      const session = await open(bytes);
      const [out] = await session.run({ name: 'rows', dims: [3, 2], data }, ['logit']);
      await session.close();
      const expected = [1, (Math.log(1e-6) - 1) / 0.5, (Math.log(1_000) - 1) / 0.5 - 1];
      expected.forEach((logit, row) => expect(out!.data[row]).toBeCloseTo(logit, 4));
    }
  });

  test('names the operator that it does not know', async () => {
    const node: OnnxNode = {
      op: 'LSTM',
      name: 'memory',
      inputs: ['x'],
      outputs: ['y'],
      attributes: {},
    };
    const value = { dims: ['n', 2] };
    const bytes = encodeModel({
      name: 'odd',
      inputs: [{ name: 'x', ...value }],
      outputs: [{ name: 'y', ...value }],
      nodes: [node],
      initializers: {},
    });
    await expect(openTfjsSession(bytes)).rejects.toMatchObject({
      code: 'unsupported-operator',
      parts: { found: 'Node "memory" is a LSTM' },
    });
  });
});

test('loading WebAssembly leaves the process without listeners that rethrow', () => {
  const sources = ['uncaughtException', 'unhandledRejection'].flatMap((event) =>
    process.listeners(event as 'exit').map(String),
  );
  expect(sources.filter((source) => /ExitStatus|throw reason/.test(source))).toEqual([]);
});

describe('the self-test', () => {
  test.each(engineNames)('%s passes by less than the limit', async (name) => {
    await withFolder(async (folder) => {
      const bundle = await writeTableBundle(folder);
      const model = await engines.get(name)!.load(bundle);
      expect(await selfTest(bundle, model)).toBeLessThanOrEqual(logitDeltaMax);
      await model.close();
    });
  });

  test.each([
    ['within', 0.9, null],
    ['beyond', 1.1, 'golden-mismatch'],
  ])('an answer %s the limit', async (_, share, code) => {
    const model = await engines.get('onnx')!.load(tables);
    const [sample] = tables.manifest.golden;
    const moved = { ...sample!, logit: sample!.logit + share * logitDeltaMax };
    const bundle = { ...tables, manifest: { ...tables.manifest, golden: [moved] } };
    const outcome = await selfTest(bundle, model).then(
      () => null,
      (error: { code?: string }) => error.code,
    );
    await model.close();
    expect(outcome).toBe(code);
  });
});

test('without a GPU package that loads, onnxruntime is chosen', async () => {
  const { gpuAddonPresent } = await import('../../../models/engine/tfjs-backend.ts');
  const engine = await resolveEngine();
  expect(engine.id === 'onnx' || gpuAddonPresent()).toBe(true);
});
