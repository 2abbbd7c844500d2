// Films of the lake beside a labelled set: rows and pictures that a recipe can read, and nothing that chooses or tests.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImage, readManifest } from '../../../models/data/manifest.ts';
import { decodeGrey } from '../../../models/imaging/decode.ts';
import { previewPng } from '../../../models/imaging/encode.ts';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { exportSet } from '../../../services/learning/export-set.ts';
import { giveFeedback } from '../../../services/learning/feedback.ts';
import { contribute, withdraw } from '../../../services/learning/lake.ts';
import type { Said } from '../../../services/learning/shown-by.ts';
import { greyPicture, writeGradedSet } from '../../support/grading-bundle.ts';

const names = ['KL 0', 'KL 1', 'KL 2', 'KL 3', 'KL 4'];
const model = { name: 'test-grades', task: 'test-grades', grades: { names, cuts: [0, 0, 0, 0] } };
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'evenkeel-export-'));
});
afterEach(() => rm(root, { recursive: true }));

/** A lake with a film of each mean grey, and what was said of it. */
async function lakeOf(films: readonly (readonly [grey: number, said: Said | null])[]) {
  const options = { store: memoryObjectStore(() => 0), nowMs: () => 0, daysMax: 30, filmsMax: 100 };
  const tokens: string[] = [];
  for (const [at, [grey, said]] of films.entries()) {
    const study = String(at).padStart(64, '0');
    const kept = await contribute(options, {
      film: await previewPng(await greyPicture(grey), 2_048),
      reading: {
        study,
        model: 'test-grades',
        version: '0.1.0',
        label: 'finding',
        logit: 0,
        probability: 0.5,
        decision: 'unsure',
        grade: { name: 'KL 1', names, findingFrom: 2 },
        features: null,
      },
    });
    if (kept.kept) tokens.push(kept.withdrawalToken);
    if (said !== null) await giveFeedback(options, study, said);
  }
  return { options, tokens };
}

const graded = (grade: number): Said => ({ opinion: 'relabel', grade: `KL ${grade}` });
const request = async (store: ReturnType<typeof memoryObjectStore>) => ({
  store,
  model,
  votesMin: 1,
  manifest: await writeGradedSet(root, [
    [0, 40],
    [3, 160],
  ]),
  root,
  out: join(root, 'out'),
});

test('a film with a grade becomes a training row, with its pixels, and the set stays as it is', async () => {
  const { options } = await lakeOf([
    [90, graded(1)],
    [200, graded(4)],
    [120, null],
  ]);
  const asked = await request(options.store);
  expect(await exportSet(asked)).toEqual({ added: 2, ungraded: 0, alsoInSet: 0 });
  const before = await readManifest(asked.manifest, 'test-grades');
  const rows = await readManifest(join(asked.out, 'manifest.csv'), 'test-grades');
  expect(rows.slice(0, 2)).toEqual(before);
  const [first, second] = rows.slice(2).toSorted((a, b) => a.label - b.label);
  expect(first).toMatchObject({ label: 0, sublabel: 'KL1', split: 'train', originalSplit: '' });
  expect(second).toMatchObject({ label: 1, sublabel: 'KL4', split: 'train' });
  expect(first!.patient).not.toBe(second!.patient);
  for (const row of rows) await decodeGrey(await readImage(asked.out, row));
  const film = await decodeGrey(await readImage(asked.out, second!));
  expect(film).toEqual(await decodeGrey(await greyPicture(200)));
});

test('left out are films without a grade, withdrawn ones, and those that the set may choose or test with', async () => {
  const { options, tokens } = await lakeOf([
    [90, { opinion: 'relabel', shows: 'absent' }],
    // The same pixels as a row of the set.
    [160, graded(3)],
    [200, graded(4)],
  ]);
  await withdraw(options, tokens[2] ?? '');
  const asked = await request(options.store);
  expect(await exportSet(asked)).toEqual({ added: 0, ungraded: 1, alsoInSet: 1 });
  expect(await readdir(join(asked.out, 'lake'))).toEqual([]);
});

test('of a model that does not grade, the finding is enough', async () => {
  const { options } = await lakeOf([[90, { opinion: 'relabel', shows: 'absent' }]]);
  const { grades: _, ...plain } = model;
  const asked = { ...(await request(options.store)), model: plain };
  expect(await exportSet(asked)).toEqual({ added: 1, ungraded: 0, alsoInSet: 0 });
  const rows = await readManifest(join(asked.out, 'manifest.csv'), 'test-grades');
  expect(rows.at(-1)).toMatchObject({ label: 0, sublabel: '', split: 'train' });
});

test('a folder that holds something, and a set without splits or with a lake in it, are refused', async () => {
  const { options } = await lakeOf([]);
  const asked = await request(options.store);
  await mkdir(asked.out);
  await writeFile(join(asked.out, 'notes.txt'), 'mine');
  await expect(exportSet(asked)).rejects.toMatchObject({ code: 'out-taken' });
  const out = join(root, 'other');
  const of = async (csv: string) => {
    const manifest = join(root, 'wrong.csv');
    await writeFile(manifest, csv);
    return exportSet({ ...asked, manifest, out });
  };
  const header = 'file,task,label,patient_id';
  await expect(of(`${header}\nfilms/0L.png,test-grades,0,p0`)).rejects.toMatchObject({
    code: 'no-splits',
  });
  await expect(of(`${header},split\nlake/a.png,test-grades,0,p0,train`)).rejects.toMatchObject({
    code: 'lake-in-set',
  });
});
