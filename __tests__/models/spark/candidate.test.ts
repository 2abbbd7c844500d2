// The part of a distributed run that is ours alone, on a bundle drawn by lot: plan, scores, judgement, candidate.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle } from '../../../models/bundle/load-bundle.ts';
import { loadDraft } from '../../../models/bundle/load-bundle.ts';
import { onnxEngine } from '../../../models/engine/onnx-engine.ts';
import { answeredReport } from '../../../models/evaluate/answered-report.ts';
import { calibrated } from '../../../models/evaluate/calibrate.ts';
import type { RowAnswer } from '../../../models/evaluate/read-rows.ts';
import { selectSamples } from '../../../models/evaluate/samples.ts';
import type { Reader } from '../../../models/reader.ts';
import { openReader } from '../../../models/reader.ts';
import { coverageOf } from '../../../models/learn/refitted-bundle.ts';
import { candidate } from '../../../models/spark/candidate.ts';
import { judge } from '../../../models/spark/judge.ts';
import { plan } from '../../../models/spark/plan.ts';
import { scoreStream } from '../../../models/spark/score-stream.ts';
import { headByLot, writeImageBundle, writeTableBundle } from '../../support/bundles.ts';

let root = '';
let incumbent: Bundle;
let reader: Reader;
let film: Uint8Array;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  incumbent = await writeImageBundle(root);
  reader = await openReader(incumbent, onnxEngine);
  film = await readFile(join(incumbent.dir, 'golden-clear.png'));
});
afterAll(async () => {
  await reader.close();
  await rm(root, { recursive: true });
});

const manifest = [
  'file,task,label,patient_id,split',
  'a//b.png,test-chest,1,p1,train',
  'c.png,other-task,1,p2,train',
  'd.png,test-chest,0,p3,val',
].join('\n');
const planned = (text: string, splits: readonly (string | null)[]) =>
  plan({ model: incumbent.dir, manifest: text, source: 'm.csv', splits });

test('a plan holds the rows of the model and their splits, by their lines in the manifest', async () => {
  const { model, sets } = await planned(manifest, ['train', null]);
  expect(model).toMatchObject({ name: 'test-chest', sha256: incumbent.manifest.model.sha256 });
  expect(sets.map((rows) => rows.map(({ line, file }) => `${line} ${file}`))).toEqual([
    ['2 a/b.png'],
    ['2 a/b.png', '4 d.png'],
  ]);
});

test('a plan refuses rows outside the root, and models of tables', async () => {
  await expect(planned(manifest.replace('d.png', 'x/../../d.png'), [null])).rejects.toThrow(
    'outside',
  );
  const { dir } = await writeTableBundle(root);
  await expect(plan({ model: dir, manifest, source: 'm.csv', splits: [null] })).rejects.toThrow(
    'evenkeel evaluate',
  );
});

async function scores(pictures: readonly Uint8Array[], withFeatures: boolean) {
  async function* stream() {
    for (const [row, picture] of pictures.entries()) {
      const header = Buffer.alloc(8);
      header.writeUInt32LE(row, 0);
      header.writeUInt32LE(picture.length, 4);
      yield Buffer.concat([header, picture]);
    }
  }
  const frames: Buffer[] = [];
  for await (const frame of scoreStream(stream(), { reader, withFeatures }))
    frames.push(Buffer.from(frame));
  return frames;
}

test('each picture gets the logit that a reader gives it; one that is none gets its reason, and the rest go on', async () => {
  const [scored, refused, again] = await scores([film, Buffer.from('text'), film], true);
  const { logit } = await reader.read(film);
  const jsonBytes = scored!.readUInt32LE(9);
  const answer = JSON.parse(scored!.subarray(13, 13 + jsonBytes).toString()) as RowAnswer;
  expect(answer).toMatchObject({ logit, isKnown: true, isFamiliar: true, grades: null });
  expect(answer.picture!.facts).toMatchObject({ fileBytes: film.length });
  expect(answer.picture!.borderLogit).not.toBe(logit);
  expect(scored!.length).toBe(13 + jsonBytes + 4 * 1_280);
  expect(refused!.subarray(9).toString()).toContain('unsupported-format');
  expect(again!.subarray(9)).toEqual(scored!.subarray(9));
});

const logits = [-3, 0.2, 0.4, 0.3, 1, 4, -1, 2];
const labels = [0, 0, 1, 0, 1, 1, 0, 1];

const patients = ['a', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
const labelled = [
  'file,task,label,patient_id',
  ...labels.map((label, row) => `${row}.png,test-chest,${label},${patients[row]!}`),
].join('\n');
const answers = logits.map((logit, row) => ({
  logit,
  isKnown: true,
  isFamiliar: true,
  grades: null,
  picture: {
    facts: { width: 9, height: 9, fileBytes: 100 + row, meanGrey: 7 * row },
    borderLogit: -logit,
  },
}));
const judgement = { source: 'm.csv', manifest: labelled, split: null };

test('answers are judged as on one machine', async () => {
  const samples = selectSamples(incumbent.manifest, labelled, { manifest: 'm.csv', root });
  const report = await judge({ model: incumbent.dir, ...judgement, answers });
  expect(report).toEqual(answeredReport(incumbent.manifest, samples, { answers, features: null }));
  expect(report).toMatchObject({ n: 8, patients: 7 });
  expect(report.shortcuts!.baselines.length).toBeGreaterThan(1);
});

test('answers of fewer rows than were planned are no evaluation', async () => {
  const some = answers.slice(1);
  await expect(judge({ model: incumbent.dir, ...judgement, answers: some })).rejects.toThrow(
    '7 answers for 8 rows',
  );
});

test('a candidate takes the head that does best on validation rows, and is the next version', async () => {
  const other = headByLot(2);
  const head = { weights: [...other.weights], bias: other.bias };
  const request = {
    model: incumbent.dir,
    heads: [
      { ...head, weights: head.weights.map(() => 0), l2: 1, validationLogits: labels.map(() => 0) },
      { ...head, l2: 0.1, validationLogits: logits },
    ],
    validationLabels: labels,
    // Finds two of the four.
    incumbentLogits: labels.map((label, row) => (label === 1 && row > 4 ? 3 : -3)),
    out: join(root, 'candidates'),
    date: '2026-01-01',
    manifest,
    trainingRows: 12,
  };
  const made = await candidate({ ...request, coverage: 0.75 });
  expect(made).toMatchObject({ version: '0.2.0', l2: 0.1 });
  const bundle = await loadDraft(made.bundle);
  // It opens only when it answers its golden phantoms as its manifest says.
  const opened = await openReader(bundle, onnxEngine);
  expect((await opened.read(film)).logit).not.toBe((await reader.read(film)).logit);
  await opened.close();
  expect(bundle.manifest.provenance).toMatchObject({
    incumbent: 'test-chest 0.1.0',
    incumbentSha256: incumbent.manifest.model.sha256,
  });
  // As many are found as before, although a lower threshold would err less here.
  const { calibration, threshold } = bundle.manifest;
  const called = logits.filter((logit) => calibrated(calibration, logit) >= threshold);
  expect(called).toEqual([4, 2]);
  // So that the next refit knows how often this one abstains.
  expect(coverageOf(bundle)).toBe(0.75);
  await expect(candidate({ ...request, coverage: 0.75 })).rejects.toThrow('is there already');
  await expect(candidate(request)).rejects.toThrow('--coverage');
});
