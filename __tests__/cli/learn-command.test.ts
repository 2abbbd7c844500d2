// `evenkeel learn`: the queue of a folder, a simulation on phantoms, and what is refused.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { Command } from 'commander';
import { addLearnCommand } from '../../cli/learn-command.ts';
import { fileObjectStore } from '../../services/adapters/file-object-store.ts';
import { contribute } from '../../services/learning/lake.ts';
import { writeImageBundle } from '../support/bundles.ts';
import { writeGreySet } from '../support/grey-set.ts';
import { run } from '../support/running-fleet.ts';

let dir = '';
let out: string[] = [];
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'evenkeel-learn-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() => {
  out = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function learn(...args: string[]): Promise<void> {
  const program = new Command('evenkeel');
  addLearnCommand(program);
  await program.parseAsync(['learn', ...args], { from: 'user' });
}

test('the queue of a folder names its films', async () => {
  const folder = path.join(dir, 'lake');
  await mkdir(folder);
  await learn('queue', '--store', folder, '--model', 'knee');
  expect(out).toEqual(['knee: 0 films unasked, 0 unresolved, 0 labelled, 0 unreadable']);
  const store = await fileObjectStore(folder);
  const kept = await contribute(
    { store, nowMs: () => 0, daysMax: 30, filmsMax: 9 },
    {
      film: Uint8Array.of(1),
      reading: {
        study: 'a'.repeat(64),
        model: 'knee',
        version: '1.0.0',
        label: 'finding',
        logit: 0,
        probability: 0.25,
        decision: 'normal',
        features: Float32Array.of(1),
      },
    },
  );
  out = [];
  await learn('queue', '--store', folder, '--model', 'knee');
  expect(out.join()).toContain(kept.kept ? kept.film : 'kept');
  expect(out.join()).toMatch(/0\.250\s+0\.811\s+0$/);
});

test('a simulation writes page, figure and runs', async () => {
  const { dir: model } = await writeImageBundle(path.join(dir, 'registry'));
  const manifest = await writeGreySet(path.join(dir, 'data'));
  const results = path.join(dir, 'results');
  const folders = `--root ${path.join(dir, 'data')} --cache ${path.join(dir, 'cache')} --out ${results}`;
  const sizes = '--seeds 2 --start-patients 10 --round 4 --films 28 --penalties 1';
  const given = `--manifest ${manifest} --model ${model} --date 2026-11-21 ${folders} ${sizes}`;
  // A process of its own: Jest cannot load Vega.
  const { code, out: said } = await run('learn', 'simulate', ...given.split(' '));
  expect(code).toBe(0);
  expect(said).toContain('drawing by lot');
  const [page = '', svg = '', json = ''] = await Promise.all(
    ['md', 'svg', 'json'].map((ending) =>
      readFile(path.join(results, `test-chest.${ending}`), 'utf8'),
    ),
  );
  expect(page).toContain('--seeds 2 --start-patients 10 --round 4 --films 28');
  expect(page).not.toContain(dir);
  expect(svg).toMatch(/^<svg/);
  const { runs } = JSON.parse(json) as {
    runs: readonly { rounds: readonly { films: number }[] }[];
  };
  expect(runs.map(({ rounds }) => rounds.map(({ films }) => films))).toEqual(
    Array.from({ length: 6 }, () => [20, 24, 28]),
  );
}, 300_000);

test.each([
  [['queue', '--store', 'nowhere', '--model', 'x'], 'store-missing'],
  [['refit', '--store', '.', '--model', 'x', '--out', '.', '--manifest', 'm'], 'half-a-set'],
  [
    [
      'export',
      '--store',
      'nowhere',
      '--model',
      'x',
      '--manifest',
      'm',
      '--root',
      '.',
      '--out',
      'o',
    ],
    'store-missing',
  ],
  [['simulate', '--manifest', 'm', '--root', '.', '--model', 'x', '--seeds', '1'], 'out-of-range'],
  [
    ['simulate', '--manifest', 'm', '--root', '.', '--model', 'x', '--penalties', '0.1,-1'],
    'penalties',
  ],
])('%j is refused: %s', async (args, code) => {
  await expect(learn(...args)).rejects.toMatchObject({ code });
});
