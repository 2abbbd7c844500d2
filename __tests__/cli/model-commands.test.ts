import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { Command } from 'commander';
import { addModelCommands } from '../../cli/model-commands.ts';
import { wdbcColumns } from '../../models/data/wdbc.ts';
import { decodeGrey } from '../../models/imaging/decode.ts';

let dir = '';
let out: string[] = [];
let err: string[] = [];
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'evenkeel-cli-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() => {
  out = [];
  err = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function evenkeel(...args: string[]): Promise<void> {
  const program = new Command('evenkeel');
  addModelCommands(program);
  await program.parseAsync(args, { from: 'user' });
}

describe('evenkeel phantom', () => {
  test.each([
    ['chest', 'png', '89504e47'],
    ['knee', 'jpeg', 'ffd8ff'],
  ])('draws a %s as %s, the same for the same seed', async (kind, format, magic) => {
    const files = [path.join(dir, `a.${format}`), path.join(dir, `b.${format}`)] as const;
    for (const file of files)
      await evenkeel(
        'phantom',
        kind,
        '--seed',
        '3',
        '--format',
        format,
        '--finding',
        '--out',
        file,
      );
    const [first, second] = await Promise.all(files.map((file) => readFile(file)));
    expect(first!.subarray(0, magic.length / 2).toString('hex')).toBe(magic);
    expect(first!.equals(second!)).toBe(true);
    expect((await decodeGrey(first!)).width).toBeGreaterThan(200);
    expect(out).toEqual([...files]);
  });

  test('wraps one as DICOM', async () => {
    const file = path.join(dir, 'knee.dcm');
    await evenkeel('phantom', 'knee', '--format', 'dicom', '--out', file);
    expect((await readFile(file)).subarray(128, 132).toString()).toBe('DICM');
  });

  test.each([
    ['an unknown kind', ['hip', '--out', 'x'], 'unknown-kind'],
    ['an unknown format', ['knee', '--format', 'tiff', '--out', 'x'], 'unknown-format'],
    ['a seed that is no number', ['knee', '--seed', 'one', '--out', 'x'], 'not-a-number'],
    ['a folder that is not there', ['knee', '--out', '/nowhere/x.png'], 'cannot-write'],
  ])('refuses %s', async (_, args, code) => {
    await expect(evenkeel('phantom', ...args)).rejects.toMatchObject({ code });
  });
});

describe('evenkeel train and evaluate', () => {
  test('with --json print one JSON object each, and nothing else on stdout', async () => {
    const folder = path.join(dir, 'data', 'wdbc');
    await mkdir(folder, { recursive: true });
    const data = path.join(folder, 'breast_cancer.csv');
    const rows = Array.from({ length: 60 }, (_, row) => {
      const values = wdbcColumns.map((__, column) => ((row * (column + 3)) % 17) + (row % 2));
      return [...values, (row % 2) ^ 1].join(',');
    });
    await writeFile(data, ['60,30,malignant,benign', ...rows].join('\n'));
    const registry = path.join(dir, 'registry');
    await evenkeel(
      'train',
      'breast-cancer-wdbc',
      '--data',
      path.join(dir, 'data'),
      '--out',
      registry,
      '--date',
      '2026-11-21',
      '--json',
    );
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0]!)).toMatchObject({ name: 'breast-cancer-wdbc', version: '1.0.0' });
    expect(err.length).toBeGreaterThan(0);
    out = [];
    const ask = [
      'evaluate',
      path.join(registry, 'breast-cancer-wdbc', '1.0.0'),
      '--manifest',
      data,
      '--root',
      dir,
    ];
    await evenkeel(...ask, '--engine', 'onnx', '--json');
    expect(out).toHaveLength(1);
    expect(err).toContainEqual(expect.stringContaining('is a draft: nobody has signed it'));
    const result = JSON.parse(out[0]!) as Record<string, unknown>;
    expect(Object.keys(result)).toEqual([
      'model',
      'version',
      'task',
      'n',
      'patients',
      'threshold',
      'auroc',
      'accuracy',
      'sensitivity',
      'specificity',
      'ece',
      'brier',
      'sensitivityAtSpecificity90',
      'specificityAtSensitivity95',
      'coverage',
      'selectiveErrorRate',
      'roc',
      'reliability',
      'coverageCurve',
      'subgroups',
      'kappa',
    ]);
    expect(result['auroc']).toEqual({
      value: expect.any(Number),
      low: expect.any(Number),
      high: expect.any(Number),
    });
    await expect(evenkeel(...ask, '--heat-maps', '5')).rejects.toMatchObject({
      code: 'no-heat-map',
    });
    const report = path.join(dir, 'new', 'report');
    // As a process, because Vega is ESM only.
    const cli = ['--import', 'tsx', path.join(__dirname, '../../cli/main.ts')];
    const { stdout } = spawnSync(
      process.execPath,
      [...cli, ...ask, '--engine', 'onnx', '--report', report],
      {
        encoding: 'utf8',
      },
    );
    expect((await readdir(report)).toSorted()).toEqual([
      'coverage.svg',
      'reliability.svg',
      'report.json',
      'roc.svg',
    ]);
    expect(await readFile(path.join(report, 'roc.svg'), 'utf8')).toMatch(/^<svg/);
    expect(JSON.parse(await readFile(path.join(report, 'report.json'), 'utf8'))).toEqual(result);
    expect(stdout).toMatch(/AUROC +\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]/);
  });

  test.each([
    ['an unknown recipe', ['train', 'hip'], 'unknown-recipe'],
    ['no data folder', ['train', 'breast-cancer-wdbc', '--data', '/nowhere'], 'data-missing'],
    [
      'a seed that is no number',
      ['train', 'breast-cancer-wdbc', '--data', tmpdir(), '--seed', '-1'],
      'not-a-number',
    ],
    [
      'an unknown engine',
      ['evaluate', 'm', '--manifest', 'x', '--root', '.', '--engine', 'gpu'],
      'unknown-engine',
    ],
    [
      'a number of heat maps that is none',
      ['evaluate', 'm', '--manifest', 'x', '--root', '.', '--heat-maps', 'all'],
      'not-a-number',
    ],
    ['an unknown model', ['evaluate', 'hip', '--manifest', 'x', '--root', '.'], 'unknown-model'],
    ['an unknown set', ['data', 'get', 'mura', '--out', 'x'], 'unknown-set'],
    [
      'an address that is none',
      ['data', 'get', 'chest-pneumonia', '--out', 'x', '--from', 'here'],
      'not-a-url',
    ],
  ])('refuse %s', async (_, args, code) => {
    await expect(evenkeel(...args)).rejects.toMatchObject({ code });
  });
});
