import { expect, test } from '@jest/globals';
import { InputError, TransientError } from '../../../fleet/errors.ts';
import type { Job } from '../../../services/adapters/job-store.ts';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import type { InferencePool } from '../../../services/inference/pool/inference-pool.ts';
import { uploadKey } from '../../../services/pipelines/object-keys.ts';
import { readBatch } from '../../../services/pipelines/read-batch.ts';
import { imageManifest, tableManifest } from '../../support/manifests.ts';
import { testPool } from '../../support/test-app.ts';

const ids = ['likely.png', 'unlikely.png', 'middling.png'];
const percents = [90, 10, 50];

const jobFor = (model: string, named: readonly string[] = ids): Job => ({
  id: 'job-1',
  queue: 'image-batch',
  owner: 'clinic',
  request: JSON.stringify({ model, ids: named }),
  requestSha256: '',
  state: 'running',
  attempts: 1,
  createdAtMs: 0,
  end: null,
});

/** Pictures whose first byte is the probability in percent, as the test pool reads them. */
async function bench(change: Partial<InferencePool> = {}) {
  const objects = memoryObjectStore(() => 0);
  for (const [i, id] of ids.entries())
    await objects.putIfAbsent(uploadKey('clinic', id), Uint8Array.of(percents[i] ?? 0));
  const pool = testPool(change);
  const read = (job = jobFor(imageManifest.name), stop = new AbortController().signal) =>
    readBatch({ objects, pool, lanes: 2 }, job, stop);
  const stored = async (key: string) => {
    const bytes = await objects.get(key);
    return bytes === null ? null : JSON.parse(Buffer.from(bytes).toString());
  };
  return { objects, pool, read, stored };
}

test('reads every picture, and tells the findings in the order of the ids', async () => {
  const { read, stored } = await bench();
  expect(await read()).toEqual({ kind: 'done', result: 'results/clinic/job-1/summary.json' });
  const { name, version, label } = imageManifest;
  const common = { outcome: 'read', model: name, version, label };
  expect(await stored('results/clinic/job-1/summary.json')).toMatchObject([
    { ...common, id: 'likely.png', probability: 0.9, decision: 'abnormal' },
    { ...common, id: 'unlikely.png', probability: 0.1, decision: 'normal' },
    { ...common, id: 'middling.png', probability: 0.5, decision: 'unsure' },
  ]);
});

test('a picture that is not there or cannot be read is told as such, beside the others', async () => {
  const damaged = new InputError('damaged-image', { found: 'A', why: 'B', remedy: 'C' });
  const { read, stored } = await bench({
    read: async (_model, image) => {
      if (image[0] === 10) throw damaged;
      return {
        logit: 0,
        probability: 0.9,
        features: null,
        isFamiliar: true,
        heatmapPng: new Uint8Array(),
      };
    },
  });
  await read(jobFor(imageManifest.name, ['likely.png', 'unlikely.png', 'missing.png']));
  expect(await stored('results/clinic/job-1/summary.json')).toMatchObject([
    { id: 'likely.png', outcome: 'read' },
    { id: 'unlikely.png', outcome: 'refused', code: 'damaged-image' },
    { id: 'missing.png', outcome: 'refused', code: 'no-such-upload' },
  ]);
});

test('stopped in between, it keeps what it has found, and the next attempt reads only the rest', async () => {
  const stop = new AbortController();
  const usual = testPool();
  const { read, pool } = await bench({
    read: async (model, image) => {
      stop.abort();
      return usual.read(model, image);
    },
  });
  expect(await read(undefined, stop.signal)).toBeNull();
  expect(usual.reads).toBe(2);
  expect(await read()).toMatchObject({ kind: 'done' });
  expect(usual.reads).toBe(3);
  expect(pool.reads).toBe(0);
});

test("another client's pictures are none of this one's", async () => {
  const { objects, read, stored } = await bench();
  await objects.putIfAbsent(uploadKey('other', 'theirs.png'), Uint8Array.of(90));
  await read(jobFor(imageManifest.name, ['theirs.png']));
  expect(await stored('results/clinic/job-1/summary.json')).toMatchObject([
    { outcome: 'refused', code: 'no-such-upload' },
  ]);
});

test.each([
  ['a model that is not served', 'no-model', 'model-not-found'],
  ['a model that reads rows', tableManifest.name, 'table-model'],
])('%s fails the job', async (_what, model, code) => {
  const { read } = await bench();
  await expect(read(jobFor(model))).rejects.toMatchObject({ name: 'InputError', code });
});

test('workers that are all down are a reason to try the job again', async () => {
  const { read, stored } = await bench({
    read: async () => {
      throw new TransientError('no-worker', { found: 'A', why: 'B', remedy: 'C' });
    },
  });
  await expect(read()).rejects.toMatchObject({ code: 'no-worker' });
  expect(await stored('results/clinic/job-1/summary.json')).toBeNull();
});
