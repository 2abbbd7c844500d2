import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkManifest } from '../../../models/bundle/check-manifest.ts';
import type { Bundle } from '../../../models/bundle/load-bundle.ts';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { evaluateModel } from '../../../models/evaluate/evaluate-model.ts';
import { openReader } from '../../../models/reader.ts';
import { greyPicture, writeGradedSet, writeGradingBundle } from '../../support/grading-bundle.ts';

let root: string;
let bundle: Bundle;
/** The model sees grades 0, 0, 1, 2, 3, 3, 4 and 2. */
const pictures = [
  [0, 40],
  [1, 50],
  [1, 80],
  [2, 120],
  [2, 160],
  [3, 160],
  [4, 200],
  [2, 110],
] as const;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'evenkeel-grades-'));
  bundle = await writeGradingBundle(root);
});
afterAll(() => rm(root, { recursive: true }));

describe('a model that grades', () => {
  test.each(['onnx', 'tfjs'] as const)('is measured by its grades as well, on %s', async (id) => {
    const result = await evaluateModel({
      model: bundle.dir,
      manifest: await writeGradedSet(root, pictures),
      root,
      engine: await resolveEngine(id),
    });
    expect(result.gradeAccuracy!.value).toBeCloseTo(6 / 8, 12);
    expect(result.confusion!.counts).toEqual([
      [1, 0, 0, 0, 0],
      [1, 1, 0, 0, 0],
      [0, 0, 2, 1, 0],
      [0, 0, 0, 1, 0],
      [0, 0, 0, 0, 1],
    ]);
    expect(result.quadraticKappa!.value).toBeGreaterThan(0.9);
    expect(result.quadraticKappa!.low).toBeLessThan(result.quadraticKappa!.value);
    expect(result.subgroups.map(({ by, name }) => `${by} ${name}`)).toEqual([
      ...[0, 1, 2, 3, 4].map((grade) => `sublabel KL${grade}`),
      'side left',
      'side right',
    ]);
  });

  test('says the grade of a film, and the probability of each', async () => {
    const reader = await openReader(bundle, await resolveEngine('onnx'));
    const { grade } = await reader.read(await greyPicture(120));
    await reader.close();
    expect(grade!.name).toBe('KL 2');
    // P(grade > 1) = 1 / (1 + exp(-2)), P(grade > 2) = 1 / (1 + exp(2)).
    expect(grade!.probabilities[2]).toEqual({
      name: 'KL 2',
      probability: expect.closeTo(1 / (1 + Math.exp(-2)) - 1 / (1 + Math.exp(2)), 5),
    });
  });

  test('decides with the cuts of its bundle', async () => {
    const strict = await writeGradingBundle(path.join(root, 'strict'), [0, 3, 0, 0]);
    const reader = await openReader(strict, await resolveEngine('onnx'));
    const { grade } = await reader.read(await greyPicture(120));
    await reader.close();
    expect(grade!.name).toBe('KL 1');
  });
});

test.each([
  ['grades without their output', { outputs: { logit: 'logit' } }, 'come together'],
  [
    'a finding beyond the grades',
    { grades: { names: ['a', 'b', 'c', 'd', 'e'], cuts: [0, 0, 0, 0], findingFrom: 5 } },
    'begins at grade 5',
  ],
  ['a cut too few', { grades: { names: ['a', 'b', 'c'], cuts: [0] } }, '3 grades have 1 cuts'],
])('a manifest with %s is refused', async (_, change, words) => {
  const json = JSON.parse(await readFile(path.join(bundle.dir, 'manifest.json'), 'utf8')) as object;
  expect(() => checkManifest(JSON.stringify({ ...json, ...change }), 'm')).toThrow(words);
});
