// The history on disk: only ever added to, by one at a time, and every change to it shows.
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readPointer } from '../../../models/bundle/registry.ts';
import { move, readHistory } from '../../../models/lifecycle/move.ts';
import { promote, rollback } from '../../../models/lifecycle/serve-version.ts';
import { verifyRegistry } from '../../../models/lifecycle/verify-registry.ts';
import { publishDraft } from '../../../models/publish/publish-draft.ts';
import {
  circumstances,
  putInProduction,
  testKeys,
  testSigner,
  withFolder,
  writeTableBundle,
} from '../../support/bundles.ts';

const name = 'test-table';
const sha = 'b'.repeat(64);
const published = (version: string) => ({ kind: 'publish', version, manifestSha256: sha }) as const;

const withHistory = (work: (root: string, folder: string) => Promise<void>) =>
  withFolder(async (root) => {
    await putInProduction(root, await writeTableBundle(root));
    for (const version of ['0.2.0', '0.3.0'])
      await move({ root, name }, published(version), circumstances);
    await work(root, join(root, name, 'history'));
  });

async function edited(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

describe('a history', () => {
  test('says who did what, when, why and from where to where', async () => {
    await withHistory(async (root) => {
      const { entries } = await readHistory(root, name);
      expect(entries.map(({ sequence, from, to }) => [sequence, from, to])).toEqual([
        [1, 'draft', 'production'],
        [2, 'draft', 'candidate'],
        [3, 'draft', 'candidate'],
      ]);
      expect(entries[1]).toMatchObject({ ...circumstances, previous: entries[0]!.hash });
    });
  });

  test.each<[string, (folder: string) => Promise<void>]>([
    [
      'a changed word',
      (folder) => edited(join(folder, '000002.json'), (text) => text.replace('a test', 'a wish')),
    ],
    ['a missing entry', (folder) => rm(join(folder, '000002.json'))],
    [
      'an entry that was put in',
      async (folder) =>
        writeFile(join(folder, '000004.json'), await readFile(join(folder, '000003.json'))),
    ],
    ['half an entry', (folder) => edited(join(folder, '000003.json'), (text) => text.slice(0, 90))],
  ])('with %s is refused', async (_, damage) => {
    await withHistory(async (root, folder) => {
      await damage(folder);
      await expect(readHistory(root, name)).rejects.toMatchObject({ code: 'history-broken' });
    });
  });

  test('cut short shows against the pointer, which the next move makes right again', async () => {
    await withHistory(async (root, folder) => {
      await rm(join(folder, '000003.json'));
      const pointerOf = async () =>
        (await verifyRegistry(root, testKeys)).find(({ version }) => version === null);
      expect(await pointerOf()).toMatchObject({ isSound: false });
      await move({ root, name }, published('0.4.0'), circumstances);
      expect(await pointerOf()).toMatchObject({ isSound: true });
    });
  });

  test('is moved by one of two at the same moment; the other is told', async () => {
    await withHistory(async (root, folder) => {
      const moves = ['0.4.0', '0.5.0', '0.6.0', '0.7.0'].map((version) =>
        move({ root, name }, published(version), circumstances),
      );
      const ends = await Promise.allSettled(moves);
      const lost = ends.filter(({ status }) => status === 'rejected');
      expect(lost.length).toBeGreaterThan(0);
      for (const end of lost) expect(end).toMatchObject({ reason: { code: 'registry-busy' } });
      const { entries } = await readHistory(root, name);
      expect(entries).toHaveLength(3 + ends.length - lost.length);
      expect((await readdir(folder)).every((file) => /^\d{6}\.json$/.test(file))).toBe(true);
    });
  });
});

test('reading needs no right to write', async () => {
  await withHistory(async (root, folder) => {
    for (const path of [folder, join(root, name), root]) await chmod(path, 0o555);
    expect((await readPointer(name, root))?.production).toBe('0.1.0');
    expect((await verifyRegistry(root, testKeys)).every(({ isSound }) => isSound)).toBe(true);
    for (const path of [root, join(root, name), folder]) await chmod(path, 0o755);
  });
});

describe('a bundle that is published', () => {
  const publication = (registry: string) => ({
    registry,
    signer: testSigner,
    keys: testKeys,
    circumstances,
  });

  test('is signed where it lies, entered as a candidate, and refused a second time', async () => {
    await withFolder(async (root) => {
      const { dir } = await writeTableBundle(root);
      const { signer } = await publishDraft(dir, publication(root));
      expect(signer?.owner).toBe('Test publisher');
      expect((await readPointer(name, root))?.production).toBeNull();
      const again = publishDraft(dir, publication(root));
      await expect(again).rejects.toMatchObject({ code: 'wrong-stage' });
    });
  }, 60_000);

  test('and exchanged afterwards for another of the same version is not promoted, whoever signed that', async () => {
    await withFolder(async (root) => {
      const { dir } = await writeTableBundle(root);
      await publishDraft(dir, publication(root));
      const manifest = join(dir, 'manifest.json');
      await edited(manifest, (text) => text.replace('"never"', '"again"'));
      await writeFile(join(dir, 'signature.json'), testSigner.sign(await readFile(manifest)));
      const place = { root, name, keys: testKeys };
      const wanted = { version: '0.1.0', to: 'production', approvals: [] } as const;
      await expect(promote(place, wanted, circumstances)).rejects.toMatchObject({
        code: 'bundle-tampered',
      });
    });
  }, 60_000);
});

test('a rollback to a bundle that no longer verifies is refused, and the pointer stays', async () => {
  await withFolder(async (root) => {
    const bundle = await writeTableBundle(root);
    await putInProduction(root, bundle);
    const steps = [
      { kind: 'publish', version: '0.2.0', manifestSha256: sha },
      { kind: 'gate', version: '0.2.0', verdict: 'pass', incumbent: '0.1.0', reportSha256: sha },
      { kind: 'promote', version: '0.2.0', to: 'shadow', approvals: [] },
      { kind: 'promote', version: '0.2.0', to: 'canary', share: 0.1, approvals: [] },
      { kind: 'promote', version: '0.2.0', to: 'production', approvals: [] },
    ] as const;
    for (const transition of steps) await move({ root, name }, transition, circumstances);
    const model = await readFile(join(bundle.dir, 'model.onnx'));
    await writeFile(join(bundle.dir, 'model.onnx'), 'something else');
    const place = { root, name, keys: testKeys };
    await expect(rollback(place, '0.2.0', circumstances)).rejects.toMatchObject({
      code: 'bundle-tampered',
    });
    expect((await readPointer(name, root))?.production).toBe('0.2.0');
    await writeFile(join(bundle.dir, 'model.onnx'), model);
    await rollback(place, '0.2.0', circumstances);
    expect((await readPointer(name, root))?.production).toBe('0.1.0');
  });
});
