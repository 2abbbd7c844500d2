import { expect, test } from '@jest/globals';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDraft } from '../../../models/bundle/load-bundle.ts';
import type { Trained, TrainSettings } from '../../../models/train/recipe.ts';
import type { Job } from '../../../services/adapters/job-store.ts';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { trainCandidate } from '../../../services/pipelines/train-candidate.ts';
import { withFolder, writeTableBundle } from '../../support/bundles.ts';

const candidate = 'candidates/test-table/1.1.0/';

const jobFor = (change: Partial<Job> = {}, recipe = 'test-table'): Job => ({
  id: 'job-1',
  queue: 'active-learning',
  owner: 'research',
  request: JSON.stringify({ recipe, modelVersion: '1.1.0', seed: 7 }),
  requestSha256: '',
  state: 'running',
  attempts: 1,
  createdAtMs: Date.UTC(2026, 10, 21, 23, 59),
  end: null,
  ...change,
});

interface Bench {
  readonly objects: ReturnType<typeof memoryObjectStore>;
  readonly asked: TrainSettings[];
  readonly train: (job?: Job, stop?: AbortSignal) => ReturnType<typeof trainCandidate>;
}

/** A recipe that takes its data from a file and writes a bundle of three columns. */
const withBench = (work: (bench: Bench) => Promise<void>, recipe = writingRecipe) =>
  withFolder(async (workDir) => {
    const objects = memoryObjectStore(() => 0);
    await objects.putIfAbsent('datasets/test-table/manifest.csv', Buffer.from('rows'));
    await objects.putIfAbsent('datasets/test-table/images/a.png', Buffer.from('picture'));
    const asked: TrainSettings[] = [];
    const recipes = new Map([
      [
        'test-table',
        (settings: TrainSettings) => {
          asked.push(settings);
          return recipe(settings);
        },
      ],
    ]);
    const train = (job = jobFor(), stop = new AbortController().signal) =>
      trainCandidate({ objects, recipes, workDir, onProgress: () => undefined }, job, stop);
    await work({ objects, asked, train });
  });

async function writingRecipe({ dataDir, registry, replace }: TrainSettings): Promise<Trained> {
  if (replace) await rm(registry, { recursive: true, force: true });
  await readFile(join(dataDir, 'manifest.csv'));
  await readFile(join(dataDir, 'images/a.png'));
  return { bundle: await writeTableBundle(registry), card: {} as Trained['card'] };
}

test('fetches the data, trains as asked, and stores a bundle that loads', () =>
  withBench(async ({ objects, asked, train }) => {
    expect(await train()).toEqual({ kind: 'done', result: candidate });
    expect(asked).toMatchObject([{ version: '1.1.0', seed: 7, date: '2026-11-21' }]);
    expect(asked[0]).not.toHaveProperty('continueFrom');
    await withFolder(async (folder) => {
      const stored = await objects.list(candidate, { max: 100 });
      await mkdir(folder, { recursive: true });
      for (const { key } of stored)
        await writeFile(join(folder, key.slice(candidate.length)), (await objects.get(key)) ?? '');
      expect(await readdir(folder)).toContain('manifest.json');
      expect((await loadDraft(folder)).manifest.name).toBe('test-table');
    });
  }));

test('continues the version that the job names', () =>
  withBench(async ({ asked, train }) => {
    const request = { recipe: 'test-table', modelVersion: '1.1.0', continueFrom: '1.0.0', seed: 7 };
    await train(jobFor({ request: JSON.stringify(request) }));
    expect(asked).toMatchObject([{ version: '1.1.0', continueFrom: '1.0.0' }]);
  }));

test('a second attempt of the same job ends the same', () =>
  withBench(async ({ train }) => {
    const first = await train();
    expect(await train(jobFor({ attempts: 2 }))).toEqual(first);
  }));

test('a version that another job has made is refused before anything is computed', () =>
  withBench(async ({ train, asked }) => {
    await train();
    await expect(train(jobFor({ id: 'job-2' }))).rejects.toMatchObject({ code: 'version-exists' });
    expect(asked).toHaveLength(1);
  }));

test('a version stays free when its training fails', () =>
  withBench(
    async ({ objects, train }) => {
      await expect(train()).rejects.toThrow('does not converge');
      expect(await objects.list('candidates/', { max: 10 })).toEqual([]);
    },
    async () => {
      throw new Error('does not converge');
    },
  ));

test('told to go while a recipe runs, it does not wait for it and stores nothing', () => {
  const stop = new AbortController();
  return withBench(
    async ({ objects, train }) => {
      const training = train(jobFor(), stop.signal);
      expect(await training).toBeNull();
      expect(await objects.list('candidates/', { max: 10 })).toEqual([]);
    },
    () => {
      stop.abort();
      return new Promise(() => undefined);
    },
  );
});

test('an unknown recipe and a data set that is not there are said plainly', () =>
  withBench(async ({ objects, train }) => {
    await expect(train(jobFor({}, 'astrology'))).rejects.toMatchObject({ code: 'unknown-recipe' });
    for (const { key } of await objects.list('datasets/', { max: 10 })) await objects.remove(key);
    await expect(train()).rejects.toMatchObject({ code: 'no-such-data' });
  }));
