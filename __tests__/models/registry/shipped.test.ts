import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { loadBundle } from '../../../models/bundle/load-bundle.ts';
import { bundleDirs, productionBundle, registryRoot } from '../../../models/bundle/registry.ts';
import { readTrustedKeys } from '../../../models/bundle/trusted-keys.ts';
import { readManifest } from '../../../models/data/manifest.ts';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { evaluateModel } from '../../../models/evaluate/evaluate-model.ts';
import { openReader } from '../../../models/reader.ts';
import type { ModelCard } from '../../../models/train/card.ts';
import { renderCard } from '../../../models/train/card.ts';
import { recipes } from '../../../models/train/recipes.ts';
import { musculoskeletalMura } from '../../../models/train/recipes/musculoskeletal-mura.ts';

const dataDir = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
/** Skipped, and listed as skipped, where the data folder is not beside the checkout. */
const withData = existsSync(path.join(dataDir, 'manifest.csv')) ? test : test.skip;
/** MURA may not be passed on, nor what was learnt from it. */
const names = [...recipes.keys()].filter((name) => name !== musculoskeletalMura.name);
const served = async (name: string) => productionBundle(name, await readTrustedKeys());
const cardOf = async (dir: string) =>
  JSON.parse(await readFile(path.join(dir, 'card.json'), 'utf8')) as ModelCard;

describe.each(names)('the shipped model %s', (name) => {
  test('answers its golden inputs on the default engine', async () => {
    const reader = await openReader(await served(name), await resolveEngine('onnx'));
    expect(reader.manifest.golden.length).toBeGreaterThanOrEqual(2);
    await reader.close();
  });

  test('has a card that agrees with its manifest and its readable form', async () => {
    const { dir, manifest } = await served(name);
    const card = await cardOf(dir);
    expect(card).toMatchObject({ name, version: manifest.version });
    expect(card.threshold.value).toBe(manifest.threshold);
    expect(card.calibration).toMatchObject(manifest.calibration);
    expect(card.abstention).toMatchObject(manifest.unsure);
    for (const { evaluation } of card.results)
      expect(evaluation).toMatchObject({ model: name, threshold: manifest.threshold });
    expect(await readFile(path.join(dir, 'CARD.md'), 'utf8')).toBe(renderCard(card));
  });

  test('is small enough for git', async () => {
    const { dir } = await served(name);
    const sizes = await Promise.all(
      (await readdir(dir)).map(async (file) => (await stat(path.join(dir, file))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(8e6);
  });
});

test('every bundle in the registry carries a trusted signature and the files it promises', async () => {
  const entries = await bundleDirs(registryRoot);
  expect(new Set(entries.map((entry) => entry.name))).toEqual(new Set(names));
  const keys = await readTrustedKeys();
  for (const { dir, version } of entries)
    expect((await loadBundle(dir, keys)).manifest.version).toBe(version);
});

describe('full-size films (needs ../shared/data beside the checkout)', () => {
  withData('of the test split are told apart', async () => {
    const result = await evaluateModel({
      model: 'chest-pneumonia',
      manifest: path.join(dataDir, 'originals/manifest.csv'),
      root: dataDir,
      engine: await resolveEngine('onnx'),
    });
    expect(result).toMatchObject({ n: 16, patients: 16 });
    expect(result.auroc.value).toBeGreaterThan(0.95);
  });

  withData(
    'answer about as their squashed copies do, from which the model was trained',
    async () => {
      const rows = await readManifest(
        path.join(dataDir, 'originals/manifest.csv'),
        'cxr-pneumonia',
      );
      const reader = await openReader(await served('chest-pneumonia'), await resolveEngine('onnx'));
      const logitOf = async (file: string) =>
        (await reader.read(await readFile(path.join(dataDir, file)))).logit;
      let squares = 0;
      for (const { file } of rows)
        squares +=
          ((await logitOf(file)) - (await logitOf(file.replace('originals/', 'cxr/')))) ** 2;
      await reader.close();
      expect(rows).toHaveLength(16);
      expect(Math.sqrt(squares / rows.length)).toBeLessThan(2);
    },
  );
});
