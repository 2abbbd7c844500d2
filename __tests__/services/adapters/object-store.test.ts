// The stores of one machine against the contract of every object store; S3 is in deploy/cloud-stores.deploy.ts.
import { afterAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileObjectStore } from '../../../services/adapters/file-object-store.ts';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { mirrorObjectStore } from '../../../services/adapters/mirror-object-store.ts';
import { keyLengthMax } from '../../../services/adapters/object-store.ts';
import type { ObjectStore } from '../../../services/adapters/object-store.ts';
import { storeAt } from '../../../services/adapters/store-at.ts';
import { objectStoreContract } from '../../support/object-store-contract.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function newFolder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'evenkeel-store-'));
  folders.push(made);
  return made;
}

const memory = () => memoryObjectStore(() => Date.now());
const adapters: [name: string, open: () => Promise<ObjectStore>][] = [
  ['memory', async () => memory()],
  ['files', async () => fileObjectStore(await newFolder())],
  [
    'mirror',
    async () =>
      mirrorObjectStore([await fileObjectStore(await newFolder()), memory()], {
        onFault: ({ error }) => {
          throw error;
        },
        operationMsMax: 5_000,
      }),
  ],
];

for (const [name, open] of adapters) objectStoreContract(name, open);

const text = (words: string) => new TextEncoder().encode(words);

test('a place is a folder, or a bucket by its name alone', async () => {
  const folder = await newFolder();
  await (await storeAt(folder)).putIfAbsent('a', text('x'));
  expect(await (await fileObjectStore(folder)).get('a')).toEqual(text('x'));
  await expect(storeAt('s3://films/of/others')).rejects.toThrow('names no bucket');
  await expect(storeAt('s3://')).rejects.toThrow('names no bucket');
});

test('a key has at most 1,024 characters', async () => {
  const store = memory();
  const longest = Array.from({ length: 7 }, () => 'k'.repeat(127)).join('/') + '/';
  const fits = longest + 'x'.repeat(keyLengthMax - longest.length);
  expect(await store.putIfAbsent(fits, text('x'))).toBe('created');
  await expect(store.putIfAbsent(`${fits}x`, text('x'))).rejects.toThrow('not an object key');
});
