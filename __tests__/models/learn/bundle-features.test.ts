// Features of a set are read once; what is kept is taken only where it fits.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readManifest } from '../../../models/data/manifest.ts';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { bundleFeatures } from '../../../models/learn/bundle-features.ts';
import { featuresOfSplit } from '../../../models/learn/feature-rows.ts';
import { writeImageBundle, writeTableBundle } from '../../support/bundles.ts';
import { writeGreySet } from '../../support/grey-set.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'evenkeel-features-'));
});
afterAll(() => rm(dir, { recursive: true }));

test('a set is read once, and again when what was kept is cut short', async () => {
  const manifest = await writeGreySet(dir);
  const rows = (await readManifest(manifest, 'test-chest')).slice(-4);
  const bundle = await writeImageBundle(path.join(dir, 'registry'));
  const cacheDir = path.join(dir, 'cache');
  let films = 0;
  const read = async () =>
    bundleFeatures({
      bundle,
      engine: await resolveEngine('onnx'),
      rows,
      root: dir,
      cacheDir,
      onFilm: () => (films += 1),
    });
  const first = await read();
  expect([first.columns, first.features.length, films]).toEqual([1_280, 4 * 1_280, 4]);
  expect(await read()).toEqual(first);
  expect(films).toBe(4);
  const [kept = ''] = await readdir(cacheDir);
  await truncate(path.join(cacheDir, kept), 1_001);
  expect(await read()).toEqual(first);
  expect(films).toBe(8);
  const { labels, patients } = featuresOfSplit(first, rows, 'test');
  expect([Array.from(labels), patients]).toEqual([
    [0, 1, 0, 1],
    ['test-4', 'test-4', 'test-5', 'test-5'],
  ]);
}, 120_000);

test('a model of tables has no features of films', async () => {
  const bundle = await writeTableBundle(path.join(dir, 'tables'));
  const engine = await resolveEngine('onnx');
  const request = { bundle, engine, rows: [], root: dir, cacheDir: path.join(dir, 'none') };
  await expect(bundleFeatures(request)).rejects.toMatchObject({ code: 'table-model' });
});
