// Bundles: written whole or not at all, verified before use, and refused with a reason when anything is off.
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { tableModel, tableTensors } from '../../../models/backbone/head.ts';
import { loadDraft } from '../../../models/bundle/load-bundle.ts';
import type { BundleManifest } from '../../../models/bundle/manifest.ts';
import {
  bundleDirs,
  compareVersions,
  productionBundle,
  readPointer,
  servedVersions,
} from '../../../models/bundle/registry.ts';
import { writeBundle } from '../../../models/bundle/write-bundle.ts';
import { putInProduction, table, testKeys, withFolder } from '../../support/bundles.ts';

const manifest: Omit<BundleManifest, 'model' | 'files'> = {
  formatVersion: 1,
  name: 'test-table',
  version: '0.1.0',
  task: 'test-table',
  label: 'finding',
  input: { kind: 'table', tensor: tableTensors.tensor, columns: ['a', 'b', 'c'] },
  outputs: tableTensors.outputs,
  calibration: { slope: 1, intercept: 0 },
  threshold: 0.5,
  unsure: { low: 0.4, high: 0.6 },
  golden: [{ input: [10, 20, -5], logit: 0.75 }],
  licence: 'CC-BY-4.0',
  provenance: {},
};

const write = (root: string, changes: object = {}, overwrite = false) =>
  writeBundle(root, {
    manifest: { ...manifest, ...changes },
    modelBytes: tableModel(table),
    files: { 'CARD.md': '# Card' },
    overwrite,
  });

const withBundle = (work: (dir: string) => Promise<void>) =>
  withFolder(async (root) => work((await write(root)).dir));

describe('writing', () => {
  test('what is written is read back, with everything beside it and nothing left over', async () => {
    await withFolder(async (root) => {
      const bundle = await write(root);
      expect(bundle.manifest).toMatchObject(manifest);
      expect(Buffer.from(bundle.modelBytes).equals(tableModel(table))).toBe(true);
      expect((await readdir(bundle.dir)).toSorted()).toEqual([
        'CARD.md',
        'manifest.json',
        'model.onnx',
      ]);
      expect(await readdir(join(root, 'test-table'))).toEqual(['0.1.0']);
    });
  });

  test('a version is written once, unless overwriting is asked for', async () => {
    await withFolder(async (root) => {
      await write(root);
      await expect(write(root, { label: 'other' })).rejects.toMatchObject({
        code: 'version-exists',
      });
      expect((await loadDraft(join(root, 'test-table/0.1.0'))).manifest.label).toBe('finding');
      const replaced = await write(root, { label: 'other' }, true);
      expect(replaced.manifest.label).toBe('other');
      expect(await readdir(join(root, 'test-table'))).toEqual(['0.1.0']);
    });
  });
});

describe('loading', () => {
  test('one changed bit of the model is tampering', async () => {
    await withBundle(async (dir) => {
      const bytes = await readFile(join(dir, 'model.onnx'));
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(join(dir, 'model.onnx'), bytes);
      await expect(loadDraft(dir)).rejects.toMatchObject({ code: 'bundle-tampered' });
    });
  });

  test('a missing manifest, a missing model and a missing folder are named', async () => {
    await withBundle(async (dir) => {
      await expect(loadDraft(join(dir, 'nowhere'))).rejects.toMatchObject({
        code: 'bundle-missing',
      });
      const json = await readFile(join(dir, 'manifest.json'), 'utf8');
      await writeFile(join(dir, 'manifest.json'), json.replace('model.onnx', 'absent.onnx'));
      await expect(loadDraft(dir)).rejects.toMatchObject({
        code: 'bundle-missing',
        parts: { found: expect.stringContaining('absent.onnx') },
      });
    });
  });

  test('a manifest of 256 KiB is read, one byte more is not', async () => {
    await withBundle(async (dir) => {
      const path = join(dir, 'manifest.json');
      const json = await readFile(path, 'utf8');
      await writeFile(path, json.padEnd(256 * 1_024, ' '));
      expect((await loadDraft(dir)).manifest.name).toBe('test-table');
      await writeFile(path, json.padEnd(256 * 1_024 + 1, ' '));
      await expect(loadDraft(dir)).rejects.toMatchObject({ code: 'bundle-invalid' });
    });
  });

  test('a model beyond 256 MiB is not even opened', async () => {
    await withBundle(async (dir) => {
      await truncate(join(dir, 'model.onnx'), 256 * 2 ** 20 + 1);
      await expect(loadDraft(dir)).rejects.toMatchObject({ code: 'bundle-invalid' });
    });
  });

  const image = {
    kind: 'image',
    tensor: 'input',
    channels: 3,
    height: 224,
    width: 224,
    resize: { fit: 'squash', kernel: 'triangle' },
    mean: 127,
    deviation: 128,
    expects: 'A chest film',
  };

  test.each<[string, object]>([
    ['another format version', { formatVersion: 2 }],
    [
      'a model outside the folder',
      { model: { file: '../model.onnx', sha256: 'a'.repeat(64), bytes: 5 } },
    ],
    ['a hidden file', { model: { file: '.model', sha256: 'a'.repeat(64), bytes: 5 } }],
    ['half a hash', { model: { file: 'model.onnx', sha256: 'a'.repeat(32), bytes: 5 } }],
    ['a version that is none', { version: '1.0' }],
    ['a name with a slash', { name: 'a/b' }],
    ['a threshold outside its band', { threshold: 0.7 }],
    ['a band beyond certainty', { unsure: { low: 0.4, high: 1.1 } }],
    ['an unknown field', { colour: 'blue' }],
    ['no golden input', { golden: [] }],
    ['a golden row that is too short', { golden: [{ input: [1, 2], logit: 0 }] }],
    ['a golden picture for a table', { golden: [{ input: 'golden.png', logit: 0 }] }],
    ['a golden row for a picture', { input: image }],
    [
      'a golden picture that is not listed, and so not verified',
      { input: image, golden: [{ input: 'golden.png', logit: 0 }] },
    ],
    [
      'a file that is listed twice',
      { files: ['a', 'b'].map((digit) => ({ file: 'c', sha256: digit.repeat(64), bytes: 1 })) },
    ],
    [
      'a listed file outside the folder',
      { files: [{ file: '../card.json', sha256: 'a'.repeat(64), bytes: 1 }] },
    ],
    [
      'a golden picture outside the folder',
      { input: image, golden: [{ input: '../x.png', logit: 0 }] },
    ],
    [
      'a deviation of zero',
      { input: { ...image, deviation: 0 }, golden: [{ input: 'g.png', logit: 0 }] },
    ],
  ])('%s is refused', async (_, changes) => {
    await withBundle(async (dir) => {
      const path = join(dir, 'manifest.json');
      const json = JSON.parse(await readFile(path, 'utf8')) as object;
      await writeFile(path, JSON.stringify({ ...json, ...changes }));
      await expect(loadDraft(dir)).rejects.toMatchObject({ code: 'bundle-invalid' });
    });
  });

  test('what is not JSON is refused with its path', async () => {
    await withBundle(async (dir) => {
      await writeFile(join(dir, 'manifest.json'), '{');
      await expect(loadDraft(dir)).rejects.toMatchObject({
        code: 'bundle-invalid',
        parts: { found: expect.stringContaining('manifest.json is not JSON') },
      });
    });
  });
});

describe('the registry', () => {
  test('lists names in order and the newest version first, by number and not by letter', async () => {
    await withFolder(async (root) => {
      for (const version of ['0.9.0', '0.10.0', '0.2.11']) await write(root, { version });
      await write(root, { name: 'another' });
      await mkdir(join(root, 'test-table', 'draft'));
      const entries = await bundleDirs(root);
      expect(entries.map(({ name, version }) => `${name} ${version}`)).toEqual([
        'another 0.1.0',
        'test-table 0.10.0',
        'test-table 0.9.0',
        'test-table 0.2.11',
      ]);
    });
  });

  test('serves the version that the pointer names, which need not be the newest', async () => {
    await withFolder(async (root) => {
      await putInProduction(root, await write(root, { version: '0.9.0' }));
      await write(root, { version: '0.10.0' });
      await write(root, { name: 'another' });
      expect(await servedVersions(root)).toEqual([
        { name: 'test-table', production: '0.9.0', canary: null, shadow: null },
      ]);
      const served = await productionBundle('test-table', testKeys, root);
      expect(served.manifest.version).toBe('0.9.0');
      expect(await readPointer('another', root)).toBeNull();
      await expect(productionBundle('another', testKeys, root)).rejects.toMatchObject({
        code: 'not-in-production',
      });
    });
  });

  test.each([
    ['no JSON', '{'],
    ['a version that leads out of the registry', '{"production":"../../elsewhere"}'],
  ])('a pointer with %s is refused, and nothing is guessed', async (_, json) => {
    await withFolder(async (root) => {
      await putInProduction(root, await write(root));
      await writeFile(join(root, 'test-table', 'pointer.json'), json);
      const expected = { code: 'pointer-invalid' };
      await expect(servedVersions(root)).rejects.toMatchObject(expected);
    });
  });

  test('an unknown name is refused with the names there are', async () => {
    await withFolder(async (root) => {
      await write(root);
      await expect(productionBundle('absent', testKeys, root)).rejects.toMatchObject({
        code: 'unknown-model',
        parts: { why: 'It holds test-table' },
      });
      await expect(productionBundle('x', testKeys, join(root, 'nowhere'))).rejects.toMatchObject({
        code: 'unknown-model',
        parts: { why: 'It holds no bundle at all' },
      });
    });
  });

  test.each([
    ['1.2.3', '1.2.3', 0],
    ['1.2.3', '1.10.0', -1],
    ['2.0.0', '1.99.99', 1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });
});
