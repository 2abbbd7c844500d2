// What only the folder can show: nothing half-written, nothing left behind, nothing outside.
import { expect, test } from '@jest/globals';
import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileObjectStore } from '../../../services/adapters/file-object-store.ts';
import { withFolder } from '../../support/folder.ts';

test('a put leaves no temporary file, a refused one neither', () =>
  withFolder(async (root) => {
    const store = await fileObjectStore(root);
    await store.putIfAbsent('a', Uint8Array.of(1));
    await store.putIfAbsent('a', Uint8Array.of(2));
    expect(await readdir(join(root, '.incoming'))).toEqual([]);
  }));

test('what a crash left unfinished is cleared after an hour, and is no object before', () =>
  withFolder(async (root) => {
    await mkdir(join(root, '.incoming'));
    for (const name of ['old', 'new']) await writeFile(join(root, '.incoming', name), 'half');
    const twoHoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(root, '.incoming', 'old'), twoHoursAgo, twoHoursAgo);
    const store = await fileObjectStore(root);
    expect(await readdir(join(root, '.incoming'))).toEqual(['new']);
    expect(await store.list('', { max: 10 })).toEqual([]);
  }));

test('removing the last object of a folder removes the folder, but never the root', () =>
  withFolder(async (root) => {
    const store = await fileObjectStore(root);
    await store.putIfAbsent('a/b/one', Uint8Array.of(1));
    await store.putIfAbsent('a/two', Uint8Array.of(2));
    await store.remove('a/b/one');
    expect(await readdir(join(root, 'a'))).toEqual(['two']);
    await store.remove('a/two');
    expect(await readdir(root)).toEqual(['.incoming']);
  }));

test('a folder that cannot be written rejects instead of pretending', () =>
  withFolder(async (root) => {
    const store = await fileObjectStore(root);
    await writeFile(join(root, 'studies'), 'a file where a folder should be');
    await expect(store.putIfAbsent('studies/a', Uint8Array.of(1))).rejects.toThrow();
    await symlink('nowhere', join(root, 'dangling'));
    expect(await store.get('dangling')).toBeNull();
  }));
