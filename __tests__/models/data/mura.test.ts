// MURA's layout: what a path says, how patients are split, and what is refused.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../../models/data/manifest.ts';
import { indexMura, muraImage, muraSplit } from '../../../models/data/mura.ts';
import { musculoskeletalMura } from '../../../models/train/recipes/musculoskeletal-mura.ts';

describe('a path', () => {
  test('says body part, patient, study and verdict', () => {
    expect(muraImage('train/XR_ELBOW/patient00011/study1_positive/image1.png')).toEqual({
      file: 'train/XR_ELBOW/patient00011/study1_positive/image1.png',
      label: 1,
      bodyPart: 'elbow',
      patient: 'patient00011',
      study: 'patient00011-elbow-study1',
      originalSplit: 'train',
    });
    expect(muraImage('valid/XR_WRIST/patient11185/study2_negative/image3.png')).toMatchObject({
      label: 0,
      originalSplit: 'valid',
    });
  });

  test.each([
    'train/XR_ELBOW/patient00011/study1_positive/._image1.png',
    'train/XR_ELBOW/patient00011/study1/image1.png',
    'MURA-v1.1/train/XR_ELBOW/patient00011/study1_positive/image1.png',
    'train_image_paths.csv',
  ])('%s is no image of the set', (file) => {
    expect(muraImage(file)).toBeNull();
  });
});

test('the authors\u2019 validation set is the test, and about a tenth of the training patients, with all their views, choose', () => {
  const images = Array.from({ length: 2_000 }, (_, i) =>
    muraImage(`train/XR_HAND/patient${String(i)}/study1_negative/image1.png`),
  ).filter((image) => image !== null);
  const validation = images.filter((image) => muraSplit(image) === 'val');
  expect(validation.length / images.length).toBeCloseTo(0.1, 1);
  const [{ patient } = { patient: '' }] = validation;
  expect(muraSplit(muraImage(`train/XR_WRIST/${patient}/study3_positive/image2.png`)!)).toBe('val');
  expect(muraSplit(muraImage(`valid/XR_HAND/${patient}/study1_negative/image1.png`)!)).toBe('test');
});

describe('a folder', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'evenkeel-mura-'));
  });
  afterEach(() => rm(root, { recursive: true }));
  const put = async (...files: readonly string[]) => {
    for (const file of files) {
      await mkdir(path.join(root, path.dirname(file)), { recursive: true });
      await writeFile(path.join(root, file), 'film');
    }
  };

  test('becomes a manifest from which the recipe learns and is tested', async () => {
    await put(
      'train/XR_ELBOW/patient00001/study1_positive/image1.png',
      'train/XR_ELBOW/patient00001/study1_positive/image2.png',
      'valid/XR_ELBOW/patient00002/study1_negative/image1.png',
      'train_labeled_studies.csv',
    );
    const { manifest, ...counts } = await indexMura(root);
    expect(counts).toEqual({ images: 3, studies: 2, patients: 2 });
    const rows = parseManifest(await readFile(manifest, 'utf8'), { task: 'mura', source: 'm' });
    expect(rows.map(({ label, sublabel, study }) => [label, sublabel, study])).toEqual([
      [1, 'elbow', 'patient00001-elbow-study1'],
      [1, 'elbow', 'patient00001-elbow-study1'],
      [0, 'elbow', 'patient00002-elbow-study1'],
    ]);
    const { train, validation } = musculoskeletalMura.select(rows);
    expect(train.length + validation.length).toBe(2);
  });

  test('of another layout, or half of one, is refused with an example', async () => {
    await expect(indexMura(path.join(root, 'nowhere'))).rejects.toMatchObject({ code: 'no-mura' });
    await put('train/XR_ELBOW/patient00001/study1_positive/image1.png');
    await expect(indexMura(root)).rejects.toThrow(/all below train\/.*XR_ELBOW/);
  });
});
