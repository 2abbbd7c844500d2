// An object store in a folder. A put is temporary file -> fsync -> link: atomic, and refused when the key exists.
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rmdir, stat, unlink } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkedKey } from './object-store.ts';
import type { ListOptions, ObjectHead, ObjectStore } from './object-store.ts';

/** Hidden, so that no key can name it: a key's segments never begin with a dot. */
const temporaryFolder = '.incoming';
/** A temporary file this old was left by a process that died while writing it. */
const temporaryAgeMsMax = 3_600_000;

/** Creates the folder when it is missing, and clears what a crash left unfinished in it. */
export async function fileObjectStore(root: string): Promise<ObjectStore> {
  const temporaryRoot = join(root, temporaryFolder);
  await mkdir(temporaryRoot, { recursive: true });
  await clearTemporary(temporaryRoot);
  const pathOf = (key: string) => join(root, checkedKey(key));
  return {
    async putIfAbsent(key, bytes) {
      const path = pathOf(key);
      const temporary = join(temporaryRoot, randomUUID());
      try {
        await writeDurably(temporary, bytes);
        return await publish(temporary, path);
      } finally {
        await unlessMissing(unlink(temporary));
      }
    },
    get: async (key) => bytesOf(await unlessMissing(readFile(pathOf(key)))),
    async head(key) {
      const found = await unlessMissing(stat(pathOf(key)));
      return found?.isFile() === true
        ? { key, sizeBytes: found.size, modifiedAtMs: found.mtimeMs }
        : null;
    },
    list: (prefix, options) => listFolder(root, '', { prefix, ...options }),
    async remove(key) {
      const path = pathOf(key);
      await unlessMissing(unlink(path));
      await removeIfEmpty(dirname(path), root);
    },
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A sweep may remove the folder as empty just before the link: then it is made again, a bounded number of times. */
const publishAttemptsMax = 5;

async function publish(temporary: string, path: string): Promise<'created' | 'exists'> {
  const folder = dirname(path);
  for (let attempt = 1; ; attempt++) {
    await mkdir(folder, { recursive: true });
    try {
      await link(temporary, path);
      await syncFolder(folder);
      return 'created';
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'exists';
      if (codeOf(error) !== 'ENOENT' || attempt === publishAttemptsMax) throw error;
    }
  }
}

/** The name must be on disk too, or a power cut loses a file whose bytes were safe. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface ListQuery extends ListOptions {
  readonly prefix: string;
}

/** Walks in key order and stops at `max`, so the cost is that of the page and of the names in the folders it touches. */
async function listFolder(root: string, path: string, query: ListQuery): Promise<ObjectHead[]> {
  const { prefix, after = '', max } = query;
  const found: ObjectHead[] = [];
  for (const { key, isFolder } of await entriesOf(root, path)) {
    if (found.length >= max) break;
    const outside =
      !key.startsWith(prefix.slice(0, key.length)) || key < after.slice(0, key.length);
    if (outside || (!isFolder && !key.startsWith(prefix))) continue;
    if (isFolder)
      found.push(...(await listFolder(root, key, { ...query, max: max - found.length })));
    else if (key > after) found.push(...(await headOf(root, key)));
  }
  return found;
}

/** Sorted as keys sort: a folder counts with its slash, so that `a-b` comes before `a/b`. */
async function entriesOf(root: string, path: string) {
  const entries: Dirent[] =
    (await unlessMissing(readdir(join(root, path), { withFileTypes: true }))) ?? [];
  return entries
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => {
      const isFolder = entry.isDirectory();
      return { key: `${path}${entry.name}${isFolder ? '/' : ''}`, isFolder };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function headOf(root: string, key: string): Promise<ObjectHead[]> {
  const found = await unlessMissing(stat(join(root, key)));
  return found === null ? [] : [{ key, sizeBytes: found.size, modifiedAtMs: found.mtimeMs }];
}

async function removeIfEmpty(folder: string, root: string): Promise<void> {
  if (folder === root) return;
  try {
    await rmdir(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error;
    return;
  }
  await removeIfEmpty(dirname(folder), root);
}

async function clearTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await unlessMissing(stat(path));
    if (found !== null && Date.now() - found.mtimeMs > temporaryAgeMsMax)
      await unlessMissing(unlink(path));
  }
}

const bytesOf = (buffer: Buffer | null): Uint8Array | null =>
  buffer === null ? null : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

async function unlessMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error))) return null;
    throw error;
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
