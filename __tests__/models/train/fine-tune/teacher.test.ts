// A published version as teacher: what it says goes into the answers, what it has learnt is what a training begins with.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backboneImageInput, loadBackbone } from '../../../../models/backbone/backbone.ts';
import { withHead } from '../../../../models/backbone/head.ts';
import { onnxEngine } from '../../../../models/engine/onnx-engine.ts';
import { openOnnxSession } from '../../../../models/engine/onnx-session.ts';
import { mirrored } from '../../../../models/imaging/mirrored.ts';
import { preprocess } from '../../../../models/imaging/preprocess.ts';
import { encodeModel } from '../../../../models/onnx/file.ts';
import { drawKnee } from '../../../../models/phantoms/knee.ts';
import type { Teacher } from '../../../../models/train/fine-tune/teacher.ts';
import {
  headsOf,
  loadTeacher,
  taught,
  withWeightsOf,
} from '../../../../models/train/fine-tune/teacher.ts';
import { headByLot, writeImageBundle } from '../../../support/bundles.ts';

const settings = { version: '0.1.0', share: 0.75, begins: true };
const input = { ...backboneImageInput, expects: 'One knee' };
const pictures = [drawKnee(1), drawKnee(2, { finding: true })];
const labelled = {
  pictures,
  lines: [1, 2],
  answers: Float32Array.of(0, 1),
  weights: Float32Array.of(1, 1),
};
let root = '';
let teacher: Teacher;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'evenkeel-'));
  await writeImageBundle(root);
  teacher = await loadTeacher('test-chest', settings, { questions: 1, registry: root });
});
afterAll(() => rm(root, { recursive: true }));

const answersFrom = (share: number) =>
  taught({ ...teacher, share }, labelled, { input, onProgress: () => undefined });

describe('what is learnt', () => {
  test('is the readers\u2019 answer, moved by its share to what the teacher says of the film and its mirror image', async () => {
    const model = await onnxEngine.load(teacher.bundle);
    const logitOf = async (picture: (typeof pictures)[number]) =>
      (await model.run(preprocess(picture, input), 1)).logit[0]!;
    const answers = await answersFrom(0.75);
    for (const [row, picture] of pictures.entries()) {
      const [here, there] = [await logitOf(picture), await logitOf(mirrored(picture))];
      expect(here).not.toBeCloseTo(there, 3);
      const said = 1 / (1 + Math.exp(-(here + there) / 2));
      expect(answers[row]).toBeCloseTo(0.75 * said + 0.25 * row, 5);
    }
    await model.close();
  });

  test('is the readers\u2019 answer alone where the teacher has no share', async () => {
    expect(await answersFrom(0)).toEqual(labelled.answers);
  });
});

describe('what a training begins with', () => {
  test('answers as the teacher does', async () => {
    const { model } = await loadBackbone();
    const learnt = {
      ...teacher,
      model: {
        ...teacher.model,
        initializers: Object.fromEntries(
          Object.entries(teacher.model.initializers).map(([name, tensor]) => [
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
      const data = preprocess(pictures[0]!, input);
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

describe('a teacher is refused', () => {
  test('that answers other questions', async () => {
    await expect(
      loadTeacher('test-chest', settings, { questions: 4, registry: root }),
    ).rejects.toMatchObject({ code: 'teacher' });
  });

  test('that was never published', async () => {
    await expect(
      loadTeacher(
        'test-chest',
        { ...settings, version: '9.9.9' },
        { questions: 1, registry: root },
      ),
    ).rejects.toThrow('9.9.9');
  });
});
