// The recipe for MURA on a made-up set in its layout: phantoms, two parts of the body, two views a study.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EvaluationReport } from '../../../../fleet/card.ts';
import { indexMura } from '../../../../models/data/mura.ts';
import { resolveEngine } from '../../../../models/engine/resolve-engine.ts';
import { evaluateModel } from '../../../../models/evaluate/evaluate-model.ts';
import { seededRandom } from '../../../../models/evaluate/seeded-random.ts';
import { encodePng } from '../../../../models/imaging/encode.ts';
import { drawKnee } from '../../../../models/phantoms/knee.ts';
import { augment } from '../../../../models/train/augment.ts';
import { musculoskeletalMura } from '../../../../models/train/recipes/musculoskeletal-mura.ts';
import type { Trained } from '../../../../models/train/recipe.ts';
import { trainImageModel } from '../../../../models/train/train-image-model.ts';

const still = { ...musculoskeletalMura.fineTuning.augmentation, turnDegreesMax: 0, detailMin: 1 };
const studiesOf = { train: 28, valid: 10 };
let root = '';
let trained: Trained;
let report: EvaluationReport;

/** Few phantoms, varied: drawing one takes longer than reading it. */
async function writeSet(): Promise<void> {
  const random = seededRandom(5);
  const drawn = [false, true].map((finding) => [
    drawKnee(11, { finding }),
    drawKnee(12, { finding }),
  ]);
  for (const [split, count] of Object.entries(studiesOf))
    for (let study = 0; study < count; study++) {
      const label = study % 2;
      const part = study % 4 < 2 ? 'ELBOW' : 'WRIST';
      const patient = `patient${split === 'train' ? '1' : '2'}${String(study).padStart(4, '0')}`;
      const verdict = label === 1 ? 'positive' : 'negative';
      const folder = path.join(root, split, `XR_${part}`, patient, `study1_${verdict}`);
      await mkdir(folder, { recursive: true });
      for (const view of [0, 1])
        await writeFile(
          path.join(folder, `image${view + 1}.png`),
          await encodePng(augment(drawn[label]![view]!, still, random)),
        );
    }
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'evenkeel-mura-set-'));
  await writeSet();
  const { manifest } = await indexMura(root);
  // The head only: without TensorFlow the gradients of convolutions take minutes.
  const fineTuning = {
    ...musculoskeletalMura.fineTuning,
    cut: 'maps',
    epochs: 3,
    batch: 8,
    learningRate: 1e-2,
    averageDecay: 0.5,
    augmentation: still,
  };
  trained = await trainImageModel(
    { ...musculoskeletalMura, fineTuning },
    {
      dataDir: root,
      registry: path.join(root, 'registry'),
      workDir: path.join(root, 'work'),
      version: '0.1.0',
      seed: 3,
      date: '2026-11-21',
      replace: false,
      onProgress: () => undefined,
    },
  );
  report = await evaluateModel({
    model: trained.bundle.dir,
    manifest,
    root,
    split: 'test',
    engine: await resolveEngine('onnx'),
  });
}, 300_000);
afterAll(() => rm(root, { recursive: true }));

test('a study is one answer, and views are counted beside studies', () => {
  expect(report).toMatchObject({ task: 'mura', n: 10, views: 20, patients: 10 });
  expect(report.auroc.value).toBeGreaterThan(0.9);
});

test('each part of the body has its AUROC and its kappa', () => {
  expect(report.subgroups.map(({ by, name }) => `${by} ${name}`)).toEqual([
    'sublabel elbow',
    'sublabel wrist',
  ]);
  for (const { auroc, kappa } of report.subgroups) {
    expect(auroc.value).toBeGreaterThan(0.5);
    expect(kappa?.value).toBeGreaterThan(0);
    // Five studies are too few to draw others like them.
    expect(kappa?.low).toBeNull();
  }
});

test('the card counts studies too', () => {
  expect(trained.card.results[0]?.evaluation).toMatchObject({ n: 10, auroc: report.auroc });
});

test('the card says that the set is not passed on and that the recipe never ran on it', () => {
  expect(trained.card.data.doi).toBeNull();
  expect(trained.card.limits.join(' ')).toContain('neither was this recipe ever run on it');
});
