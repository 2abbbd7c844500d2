// Orders outlive the process that took them, and a crash in the middle of saving leaves the old ones.
import { expect, test } from '@jest/globals';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileOrderStore } from '../../../failover/adapters/file-order-store.ts';
import { withFolder } from '../../support/folder.ts';

const order = {
  id: 'o1',
  serial: 1,
  region: 'aws-paris',
  kind: 'drain',
  reason: 'drill',
  actor: 'ops',
  remainingMs: 1_000,
  savedAtWallMs: 5,
} as const;

test('what was saved is loaded by the next process', () =>
  withFolder(async (folder) => {
    await (await fileOrderStore(folder)).save([order]);
    expect(await (await fileOrderStore(folder)).load()).toEqual([order]);
    expect(await readdir(folder)).toEqual(['orders.json']);
  }));

test('a fresh folder has none', () =>
  withFolder(async (folder) => {
    expect(await (await fileOrderStore(join(folder, 'new'))).load()).toEqual([]);
  }));

test('saving twice at once leaves the second whole', () =>
  withFolder(async (folder) => {
    const store = await fileOrderStore(folder);
    await Promise.all([store.save([order]), store.save([order, { ...order, id: 'o2' }])]);
    expect(await store.load()).toHaveLength(2);
  }));

test('a file that was half written beside it is never read', () =>
  withFolder(async (folder) => {
    const store = await fileOrderStore(folder);
    await store.save([order]);
    await writeFile(join(folder, 'orders.json.new'), '[{"id"');
    expect(await store.load()).toEqual([order]);
  }));

test('a file that cannot be understood means no orders: they end by themselves anyway', () =>
  withFolder(async (folder) => {
    await writeFile(join(folder, 'orders.json'), '{"not": "a list"');
    expect(await (await fileOrderStore(folder)).load()).toEqual([]);
  }));
