// A published version as teacher: what it says goes into the answers that are learnt.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backboneImageInput } from '../../../../models/backbone/backbone.ts';
import { onnxEngine } from '../../../../models/engine/onnx-engine.ts';
import { mirrored } from '../../../../models/imaging/mirrored.ts';
import { preprocess } from '../../../../models/imaging/preprocess.ts';
import { drawKnee } from '../../../../models/phantoms/knee.ts';
import type { Teacher } from '../../../../models/train/fine-tune/teacher.ts';
import { taught } from '../../../../models/train/fine-tune/teacher.ts';
import { writeImageBundle } from '../../../support/bundles.ts';

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
  const bundle = await writeImageBundle(root);
  teacher = { version: '0.1.0', share: 0.75, bundle };
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
