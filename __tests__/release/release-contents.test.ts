import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  isCopied,
  isNativeTo,
  isPruned,
  shippedLockfile,
  shippedPackage,
} from '../../release/release-contents.ts';

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '../..', name), 'utf8'));
const ours = shippedPackage(read('package.json') as Parameters<typeof shippedPackage>[0], '1.2.3');

test('a release asks for our production packages and for none that only development or GPUs need', () => {
  expect(Object.keys(ours.dependencies)).toEqual(
    expect.arrayContaining(['fastify', 'sharp', 'onnxruntime-node']),
  );
  for (const name of ['tsx', 'jest', 'typescript', 'cdktf', '@tensorflow/tfjs-node-gpu'])
    expect(ours.dependencies).not.toHaveProperty(name);
  expect(ours).toMatchObject({ version: '1.2.3', type: 'module' });
});

test('the lockfile of a release asks for the same, at the versions that were tested', () => {
  const { packages } = shippedLockfile(read('package-lock.json') as Lockfile, ours);
  expect(packages).toMatchObject({ '': ours });
  expect(packages['node_modules/fastify']?.version).toBe(ours.dependencies['fastify']);
});

test.each([
  ['services/pages/assets/pages.css', true],
  ['models/registry/knee-osteoarthritis/1.0.0/model.onnx', true],
  ['models/registry/knee-osteoarthritis/1.0.0/CARD.md', true],
  ['release/instance/evenkeel-release', true],
  ['services/settings.ts', false],
  ['services/pages/page.tsx', false],
  ['models/data/README.md', false],
  ['models/backbone/import.py', false],
])('%s is copied: %s', (path, copied) => {
  expect(isCopied(path)).toBe(copied);
});

test.each([
  [62, 'x64', true],
  [183, 'arm64', true],
  [62, 'arm64', false],
] as const)('a program for processor %i runs on %s: %s', (processor, architecture, runs) => {
  const header = Buffer.alloc(20);
  header.write('\x7fELF', 'latin1');
  header.writeUInt16LE(processor, 18);
  expect(isNativeTo(architecture, header)).toBe(runs);
  expect(isNativeTo(architecture, Buffer.alloc(20))).toBe(false);
});

test.each([
  ['onnxruntime-node/bin/napi-v6/linux/arm64/libonnxruntime.so.1', false],
  ['onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1', true],
  ['onnxruntime-node/bin/napi-v6/win32/arm64/onnxruntime.dll', true],
  ['onnxruntime-node/bin/napi-v6/linux/arm64/libonnxruntime_providers_cuda.so', true],
  ['fastify/fastify.d.ts', true],
  ['fastify/test/listen.test.js', true],
  ['@fastify/busboy/test/parser.test.js', true],
  ['fastify/lib/test/kept.js', false],
  ['fastify/fastify.js', false],
  ['tslib/tslib.js.map', true],
  ['sharp/lib/index.js', false],
])('of the packages for arm64, %s is left out: %s', (path, pruned) => {
  expect(isPruned(path, 'arm64')).toBe(pruned);
});
