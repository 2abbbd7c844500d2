// A version that was there before: the training that begins with it answers as it does, and another model is refused.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backboneImageInput, loadBackbone } from '../../../../models/backbone/backbone.ts';
import { withHead } from '../../../../models/backbone/head.ts';
import { openOnnxSession } from '../../../../models/engine/onnx-session.ts';
import { preprocess } from '../../../../models/imaging/preprocess.ts';
import { encodeModel } from '../../../../models/onnx/file.ts';
import { drawKnee } from '../../../../models/phantoms/knee.ts';
import type { Predecessor } from '../../../../models/train/fine-tune/predecessor.ts';
import {
  headsOf,
  loadPredecessor,
  withWeightsOf,
} from '../../../../models/train/fine-tune/predecessor.ts';
import { headByLot, writeImageBundle } from '../../../support/bundles.ts';
import { writeGradingBundle } from '../../../support/grading-bundle.ts';

const input = { ...backboneImageInput, expects: 'One knee' };
let root = '';
let before: Predecessor;
const asked = (name: string, questions: number) => ({ name, questions, published: root });
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'evenkeel-'));
  await writeImageBundle(root);
  before = await loadPredecessor('0.1.0', asked('test-chest', 1));
});
afterAll(() => rm(root, { recursive: true }));

describe('what a training begins with', () => {
  test('answers as the predecessor does', async () => {
    const { model } = await loadBackbone();
    const learnt = {
      ...before,
      model: {
        ...before.model,
        initializers: Object.fromEntries(
          Object.entries(before.model.initializers).map(([name, tensor]) => [
            name,
            name.startsWith('block15') && tensor.type === 'float32'
              ? { ...tensor, data: tensor.data.map((value) => value / 2) }
              : tensor,
          ]),
        ),
      },
    };
    const logitsFrom = async (bytes: Uint8Array) => {
      const session = await openOnnxSession(bytes);
      const data = preprocess(drawKnee(1), input);
      const [logit] = await session.run({ name: 'input', dims: [1, 3, 224, 224], data }, ['logit']);
      await session.close();
      return logit!.data[0];
    };
    const { weights, bias } = headsOf(learnt);
    expect(bias).toEqual(Float32Array.of(headByLot().bias));
    const head = { weights: Float64Array.from(weights), bias: bias[0]! };
    const begun = await logitsFrom(withHead(withWeightsOf(learnt, model), head));
    expect(begun).toBe(await logitsFrom(encodeModel(learnt.model)));
    expect(begun).not.toBe(await logitsFrom(withHead(model, head)));
  });
});

test('it may lie in a folder of its own', async () => {
  const { bundle } = await loadPredecessor(before.bundle.dir, asked('test-chest', 1));
  expect(bundle.manifest.model.sha256).toBe(before.bundle.manifest.model.sha256);
});

describe('a predecessor is refused', () => {
  test('that answers other questions', async () => {
    await expect(loadPredecessor('0.1.0', asked('test-chest', 4))).rejects.toMatchObject({
      code: 'predecessor',
    });
  });

  test('that is another model', async () => {
    await expect(loadPredecessor(before.bundle.dir, asked('test-knee', 1))).rejects.toMatchObject({
      code: 'predecessor',
    });
  });

  test('that was never published', async () => {
    await expect(loadPredecessor('9.9.9', asked('test-chest', 1))).rejects.toThrow('9.9.9');
  });

  test('that is of another graph', async () => {
    const bundle = await writeGradingBundle(root);
    const { model } = await loadBackbone();
    const other = { bundle, model: { ...model, initializers: {} } };
    expect(() => withWeightsOf(other, model)).toThrow(/test-grades 0\.1\.0 has no weights/);
    expect(() => headsOf(other)).toThrow(expect.objectContaining({ code: 'predecessor' }));
  });
});
