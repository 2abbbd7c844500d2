// Fine-tuning learns through convolutions, ends the same however often it is killed, and refuses what it must not go on from.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openOnnxSession } from '../../../../models/engine/onnx-session.ts';
import { gpuAddonPresent } from '../../../../models/engine/tfjs-backend.ts';
import { seededRandom } from '../../../../models/evaluate/seeded-random.ts';
import type { GreyImage } from '../../../../models/imaging/grey-image.ts';
import { preprocess } from '../../../../models/imaging/preprocess.ts';
import { resizeKernel } from '../../../../models/imaging/resize.ts';
import { encodeModel } from '../../../../models/onnx/file.ts';
import { GraphBuilder } from '../../../../models/onnx/graph-builder.ts';
import { replaceWeights } from '../../../../models/onnx/replace-weights.ts';
import type { FineTuned, TrainingJob } from '../../../../models/train/fine-tune/job.ts';
import { fineTune } from '../../../../models/train/fine-tune/fine-tune.ts';

const side = 8;
const width = 6;
const input = {
  kind: 'image',
  tensor: 'input',
  channels: 3,
  height: side,
  width: side,
  resize: { fit: 'squash', kernel: resizeKernel },
  mean: 127,
  deviation: 128,
  expects: 'Stripes',
} as const;

/** Two frozen and two trained convolutions, one of them for each channel by itself, as in the real backbone. */
function tinyModel() {
  const random = seededRandom(3);
  const graph = new GraphBuilder();
  const weights = (name: string, ...dims: readonly number[]) => {
    const length = dims.reduce((a, b) => a * b, 1);
    return graph.halves(name, {
      dims,
      data: Float32Array.from({ length }, () => random() - 0.5),
    });
  };
  const bias = (name: string) =>
    graph.floats(name, { dims: [width], data: new Float32Array(width).fill(0.1) });
  const pads = [1, 1, 1, 1] as const;
  graph.conv('lower.conv', { x: 'input', weights: weights('w0', width, 3, 3, 3), kernel: 3, pads });
  graph.clip('lower', 'lower.conv', 0, 6);
  graph.conv('each.conv', {
    x: 'lower',
    weights: weights('w1', width, 1, 3, 3),
    bias: bias('b1'),
    kernel: 3,
    pads,
    groups: width,
  });
  graph.clip('each', 'each.conv', 0, 6);
  graph.conv('mixed', { x: 'each', weights: weights('w2', width, width, 1, 1), kernel: 1 });
  graph.add('maps', 'mixed', 'lower');
  graph.flatten('features', graph.globalAveragePool('pooled', 'maps'));
  return graph.build(
    'tiny',
    [{ name: 'input', dims: ['n', 3, side, side] }],
    [{ name: 'features', dims: ['n', width] }],
  );
}

/** Upright or lying stripes: what no mean grey tells apart. */
function stripes(seed: number, upright: boolean): GreyImage {
  const random = seededRandom(seed);
  const phase = Math.floor(random() * 4);
  const pixels = Uint8Array.from({ length: side * side }, (_, at) => {
    const along = upright ? at % side : Math.floor(at / side);
    return (Math.floor((along + phase) / 2) % 2 === 0 ? 180 : 60) + random() * 40;
  });
  return { width: side, height: side, pixels };
}

const still = {
  cutMax: 0,
  borderMax: 0,
  contrastMax: 1.2,
  brightnessMax: 5,
  gammaMax: 1,
  flip: true,
  turnDegreesMax: 0,
  detailMin: 1,
};
const labelled = (from: number, n: number) => {
  const lines = Array.from({ length: n }, (_, i) => from + i);
  return {
    pictures: lines.map((line) => stripes(line, line % 2 === 1)),
    lines,
    answers: Float32Array.from(lines, (line) => line % 2),
    weights: new Float32Array(n).fill(1),
  };
};

let dir = '';
const job = (name: string, more: Partial<TrainingJob> = {}): TrainingJob => ({
  model: tinyModel(),
  head: null,
  input,
  settings: {
    cut: 'lower',
    epochs: 6,
    batch: 8,
    learningRate: 0.02,
    headRateFactor: 2,
    weightDecay: 0.01,
    averageDecay: 0.8,
    dropout: 0.1,
    labelSmoothing: 0,
    patience: 6,
    augmentation: still,
    teacher: null,
  },
  seed: 4,
  questions: 1,
  headline: 0,
  train: labelled(1, 48),
  validation: labelled(101, 16),
  checkpoint: path.join(dir, `${name}.checkpoint`),
  dataSha256: 'stripes',
  onProgress: () => undefined,
  ...more,
});

/** As the power going off: the promise rejects at the end of that epoch, after the checkpoint was written. */
const killedAfter = (epoch: number) => (line: string) => {
  if (line.startsWith(`epoch ${epoch} of`) && line.includes('training loss'))
    throw new Error('killed');
};

let whole: FineTuned;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'evenkeel-fine-tune-'));
  whole = await fineTune(job('whole'));
}, 120_000);
afterAll(() => rm(dir, { recursive: true }));

describe('a fine-tuning', () => {
  test('learns what the frozen graph does not tell apart', () => {
    const [first] = whole.epochs;
    expect(whole.best.validationAuroc).toBeGreaterThan(0.95);
    expect(whole.best.validationLoss).toBeLessThan(first!.validationLoss);
    expect(whole.best.validationLoss).toBeLessThan(0.5);
  });

  test('computes its gradients with TensorFlow where the addon was built', () => {
    expect(whole.backend).toMatch(gpuAddonPresent() ? /^tensorflow/ : /^cpu$/);
  });

  test('of shuffled answers learns nothing: the harness can see a failure', async () => {
    const train = labelled(1, 48);
    const random = seededRandom(1);
    const answers = train.answers.map(() => Math.floor(random() * 2));
    const blind = await fineTune(job('shuffled', { train: { ...train, answers } }));
    expect(blind.best.validationLoss).toBeGreaterThan(0.6);
  }, 60_000);

  test('moves the weights behind the cut and leaves those before it alone', () => {
    expect([...whole.weights.keys()].toSorted()).toEqual(['b1', 'w1', 'w2']);
    const model = tinyModel();
    const tuned = replaceWeights(model, whole.weights);
    expect(tuned.initializers['w0.half']).toEqual(model.initializers['w0.half']);
    expect(tuned.initializers['w2.half']).not.toEqual(model.initializers['w2.half']);
  });

  test('put back into the graph it answers the validation pictures as it did in training', async () => {
    const session = await openOnnxSession(encodeModel(replaceWeights(tinyModel(), whole.weights)));
    const { pictures, answers } = labelled(101, 16);
    let right = 0;
    for (const [i, picture] of pictures.entries()) {
      const data = preprocess(picture, input);
      const [features] = await session.run({ name: 'input', dims: [1, 3, side, side], data }, [
        'features',
      ]);
      const logit = features!.data.reduce(
        (sum, value, k) => sum + value * whole.headWeights[k]!,
        whole.headBias[0]!,
      );
      if (logit > 0 === (answers[i] === 1)) right++;
    }
    await session.close();
    expect(right).toBeGreaterThanOrEqual(15);
  });

  test('begins with the weights and the head that it is given', async () => {
    const begun = job('begun', {
      model: replaceWeights(tinyModel(), whole.weights),
      head: { weights: whole.headWeights, bias: whole.headBias },
    });
    const standing = { ...begun.settings, epochs: 1, learningRate: 1e-9 };
    const { best } = await fineTune({ ...begun, settings: standing });
    expect(best.validationLoss).toBeCloseTo(whole.best.validationLoss, 2);
  });

  test('killed after any epoch and begun again ends with the same weights', async () => {
    for (const epoch of [1, 4]) {
      const name = `killed-${epoch}`;
      await expect(fineTune(job(name, { onProgress: killedAfter(epoch) }))).rejects.toThrow(
        'killed',
      );
      const lines: string[] = [];
      const resumed = await fineTune(job(name, { onProgress: (line) => lines.push(line) }));
      expect(lines.some((line) => line.startsWith(`going on after epoch ${epoch} of 6`))).toBe(
        true,
      );
      expect(resumed).toEqual(whole);
    }
  }, 60_000);

  test('that has ended is not trained again', async () => {
    const lines: string[] = [];
    const again = await fineTune(job('whole', { onProgress: (line) => lines.push(line) }));
    expect(again).toEqual(whole);
    expect(lines.filter((line) => line.includes('training loss'))).toEqual([]);
  });

  test('ends early when validation no longer gains', async () => {
    const { settings, ...rest } = job('patient');
    const impatient = { ...settings, epochs: 40, learningRate: 0.5, patience: 2 };
    const { epochs, best } = await fineTune({ ...rest, settings: impatient });
    expect(epochs.length).toBeLessThan(40);
    expect(epochs.length - best.number).toBe(2);
  }, 60_000);
});

describe('a checkpoint', () => {
  test('of other settings is not gone on from', async () => {
    await expect(fineTune({ ...job('whole'), seed: 5 })).rejects.toMatchObject({
      code: 'other-training',
    });
  });

  test('that was damaged is refused', async () => {
    const file = job('whole').checkpoint;
    const bytes = await readFile(file);
    bytes[bytes.length - 5]! ^= 1;
    const damaged = path.join(dir, 'damaged.checkpoint');
    await writeFile(damaged, bytes);
    await expect(fineTune({ ...job('damaged'), checkpoint: damaged })).rejects.toMatchObject({
      code: 'checkpoint-damaged',
    });
  });
});
