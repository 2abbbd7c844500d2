import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { evaluateModel } from '../../../models/evaluate/evaluate-model.ts';
import { gateBundle } from '../../../models/known/gate-bundle.ts';
import { openReader } from '../../../models/reader.ts';
import type { ModelCard } from '../../../models/train/card.ts';
import type { Trained } from '../../../models/train/recipe.ts';
import { kneeOsteoarthritis } from '../../../models/train/recipes/knee-osteoarthritis.ts';
import { trainImageModel } from '../../../models/train/train-image-model.ts';
import { writePhantomSet } from '../../support/phantom-set.ts';

// The head only: without TensorFlow the gradients of convolutions take minutes.
const recipe = {
  ...kneeOsteoarthritis,
  fineTuning: {
    ...kneeOsteoarthritis.fineTuning,
    cut: 'maps',
    epochs: 3,
    batch: 8,
    learningRate: 1e-2,
    averageDecay: 0.5,
    augmentation: {
      ...kneeOsteoarthritis.fineTuning.augmentation,
      turnDegreesMax: 0,
      detailMin: 1,
    },
    teacher: null,
  },
};
const progress: string[] = [];
let dir = '';
let manifest = '';
let trained: Trained;
const settings = () => ({
  dataDir: path.join(dir, 'data'),
  registry: path.join(dir, 'registry'),
  version: '1.0.0',
  seed: 5,
  date: '2026-11-21',
  replace: false,
  workDir: path.join(dir, 'work'),
  onProgress: (line: string) => progress.push(line),
});
const evaluateWith = async (more: object = {}) =>
  evaluateModel({
    model: trained.bundle.dir,
    manifest,
    root: path.join(dir, 'data'),
    registry: path.join(dir, 'registry'),
    engine: await resolveEngine('onnx'),
    split: 'test',
    ...more,
  });

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'evenkeel-train-'));
  manifest = await writePhantomSet(path.join(dir, 'data'));
  trained = await trainImageModel(recipe, settings());
}, 300_000);
afterAll(() => rm(dir, { recursive: true }));

describe('a model trained on phantoms', () => {
  test('tells those with the finding from those without', () => {
    const [result] = trained.card.results;
    expect(result?.evaluation).toMatchObject({ n: 16, patients: 8, task: 'knee-oa' });
    expect(result?.evaluation.auroc.value).toBeGreaterThan(0.9);
  });

  test('measured again through serving\u2019s own path gives the figures of its card', async () => {
    const again = await evaluateWith();
    const card = trained.card.results[0]!.evaluation;
    expect(again.auroc).toEqual(card.auroc);
    expect(again.accuracy).toEqual(card.accuracy);
    expect(again).toMatchObject({ ...card, ece: expect.closeTo(card.ece, 4) });
  });

  test('has the same bytes when trained again with the same seed and date', async () => {
    const again = await trainImageModel(recipe, {
      ...settings(),
      registry: path.join(dir, 'again'),
      workDir: path.join(dir, 'work-again'),
    });
    const files = (await readdir(trained.bundle.dir)).toSorted();
    expect(files).toEqual([
      'CARD.md',
      'card.json',
      'golden-1.png',
      'golden-2.png',
      'manifest.json',
      'model.onnx',
    ]);
    for (const file of files) {
      const [first, second] = await Promise.all(
        [trained, again].map(({ bundle }) => readFile(path.join(bundle.dir, file))),
      );
      expect(first!.equals(second!)).toBe(true);
    }
  }, 300_000);

  test('keeps its threshold inside the band that abstains, and says both in the card', async () => {
    const { threshold, unsure } = trained.bundle.manifest;
    expect(unsure.low).toBeLessThanOrEqual(threshold);
    expect(unsure.high).toBeGreaterThanOrEqual(threshold);
    const card = await readFile(path.join(trained.bundle.dir, 'CARD.md'), 'utf8');
    expect(card).toContain(`Threshold ${threshold.toFixed(3)}`);
    expect(card).toContain('not a medical device');
    expect(card).toContain('10.17632/56rmx5bjcr.1');
    expect(card).not.toContain(dir);
  });

  test('told how long it would take', () => {
    expect(progress).toContainEqual('epoch 1 of 3: 4 of 4, 0 s left');
    expect(progress.some((line) => /^epoch 3 of 3: training loss 0\.\d+/.test(line))).toBe(true);
  });

  test('is not overwritten by another run of the same version', async () => {
    await expect(trainImageModel(recipe, settings())).rejects.toMatchObject({
      code: 'version-exists',
    });
  });
});

test('a version that continues the one before, and is taught by it, begins with what that has learnt and says so', async () => {
  const teacher = { version: '1.0.0', share: 0.5 };
  const begun = { ...recipe.fineTuning, epochs: 1, learningRate: 1e-9, teacher };
  const { bundle, card } = await trainImageModel(
    { ...recipe, fineTuning: begun },
    {
      ...settings(),
      version: '1.1.0',
      published: path.join(dir, 'registry'),
      continueFrom: '1.0.0',
      workDir: path.join(dir, 'work-taught'),
    },
  );
  const before = 'knee-osteoarthritis 1.0.0';
  const { sha256 } = trained.bundle.manifest.model;
  expect(bundle.manifest.provenance).toMatchObject({
    command: expect.stringMatching(/--continue-from 1\.0\.0$/),
    teacher: before,
    teacherSha256: sha256,
    continuedFrom: before,
    continuedFromSha256: sha256,
  });
  expect(card.training).toContainEqual(expect.stringContaining('Taught by version 1.0.0'));
  expect(card.training).toContainEqual(expect.stringContaining(`Began with what ${before}`));
  const [old, after] = [trained.card, card].map(({ results }) => results[0]!.evaluation);
  expect(after!.auroc.value).toBeCloseTo(old!.auroc.value, 2);
}, 300_000);

test('a gate fitted to the finished bundle is a version of the same weights, and its card counts what the gate makes of the test films', async () => {
  const before = trained.bundle;
  const { bundle } = await gateBundle(before, {
    ...settings(),
    registry: path.join(dir, 'gated'),
    version: '1.0.1',
  });
  expect(bundle.manifest).toMatchObject({ version: '1.0.1', golden: before.manifest.golden });
  expect(bundle.manifest.provenance).toMatchObject({
    ...before.manifest.provenance,
    gateOf: 'knee-osteoarthritis 1.0.0',
  });
  // It opens only when it gives the golden answers of the bundle before.
  const reader = await openReader(bundle, await resolveEngine('onnx'));
  await reader.close();
  const card = JSON.parse(new TextDecoder().decode(bundle.files.get('card.json'))) as ModelCard;
  expect(card).toMatchObject({ version: '1.0.1', results: trained.card.results });
  const { refused, unfamiliar } = await evaluateWith({ model: bundle.dir });
  expect(card.gate).toMatchObject({ refused: [refused], unfamiliar: [unfamiliar] });
  expect(bundle.files.get('CARD.md')).not.toEqual(before.files.get('CARD.md'));
}, 120_000);

describe('evaluation', () => {
  test('without a split measures every row of the model\u2019s task', async () => {
    expect(await evaluateWith({ split: undefined })).toMatchObject({ n: 64, patients: 32 });
  });

  test('takes the folder of a bundle instead of a name', async () => {
    expect(await evaluateWith({ model: trained.bundle.dir })).toMatchObject({
      model: 'knee-osteoarthritis',
      n: 16,
    });
  });

  test('checks the heat map on a film of each patient with the finding, and all rows without border', async () => {
    const { auroc, heatMap } = await evaluateWith({ heatMaps: 100 });
    expect(heatMap).toMatchObject({ films: 4, border: { share: 0.1 } });
    expect(heatMap!.border.auroc.value).toBe(auroc.value);
    for (const { curve } of [heatMap!.deletion, heatMap!.insertion]) {
      expect(curve).toHaveLength(11);
      // The whole film and the film without any detail are the same in whichever order it goes.
      for (const end of [0, 10]) expect(curve[end]!.map).toBeCloseTo(curve[end]!.random, 6);
    }
    expect(await evaluateWith()).not.toHaveProperty('heatMap');
  });

  test('of the authors\u2019 own test set is `official`', async () => {
    expect(await evaluateWith({ split: 'official' })).toMatchObject({ n: 16, patients: 8 });
  });

  test.each([
    ['an unknown split', { split: 'tset' }, 'empty-split'],
    ['an unknown model', { model: 'hip' }, 'unknown-model'],
    ['a missing manifest', { manifest: '/nowhere/m.csv' }, 'manifest-missing'],
    ['the wrong root', { root: '/nowhere' }, 'image-missing'],
  ])('with %s is refused', async (_, more, code) => {
    await expect(evaluateWith(more)).rejects.toMatchObject({ code });
  });

  test('of a damaged picture names the line and the file', async () => {
    const root = path.join(dir, 'data');
    await writeFile(
      path.join(root, 'damaged.csv'),
      'file,task,label,patient_id\nbad.jpg,knee-oa,1,A\nknee/val-0.jpg,knee-oa,0,B',
    );
    await writeFile(
      path.join(root, 'bad.jpg'),
      (await readFile(path.join(root, 'knee/val-0.jpg'))).subarray(0, 900),
    );
    await expect(
      evaluateWith({ manifest: path.join(root, 'damaged.csv'), split: undefined }),
    ).rejects.toThrow(/Line 2 of the manifest, bad\.jpg: .*damaged/);
  });
});

describe('training is refused before any work', () => {
  test.each([
    ['a seed that is no whole number', { seed: 1.5 }, 'seed'],
    ['a seed too large', { seed: 2 ** 24 }, 'seed'],
    ['a date that is none', { date: '2026-13-01' }, 'date'],
    ['a date with a time', { date: '2026-11-21T10:00' }, 'date'],
    ['a version that is none', { version: '1.0' }, 'model-version'],
    ['an empty data folder', { dataDir: '/nowhere', version: '2.0.0' }, 'data-missing'],
  ])('with %s', async (_, more, code) => {
    await expect(trainImageModel(recipe, { ...settings(), ...more })).rejects.toMatchObject({
      code,
    });
  });

  test('when a patient is on both sides', async () => {
    const overlapping = {
      ...recipe,
      select: (rows: Parameters<typeof recipe.select>[0]) => ({ train: rows, validation: rows }),
    };
    await expect(
      trainImageModel(overlapping, { ...settings(), version: '3.0.0' }),
    ).rejects.toMatchObject({ code: 'split-overlap' });
  });
});
