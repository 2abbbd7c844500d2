// The tests are tested: each planted bug is applied to a copy of the controller, and the tests of that copy must fail.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { plantedBugs } from './planted-bugs.ts';

const checkout = join(__dirname, '..', '..');
/** A bug that only the simulated world sees takes a minute or two, and a busy machine many more. */
const bugMsMax = 20 * 60_000;
let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'planted-'));
  for (const part of [
    'fleet',
    'failover',
    'local',
    'package.json',
    'jest.config.js',
    'tsconfig.json',
  ])
    cpSync(join(checkout, part), join(copy, part), { recursive: true });
  for (const part of ['fleet', 'failover', 'local', 'support'])
    cpSync(join(checkout, '__tests__', part), join(copy, '__tests__', part), { recursive: true });
  for (const part of [
    'node_modules',
    'models',
    'services',
    'stacks',
    'bench',
    'cli',
    'scripts',
    'docs',
  ])
    symlinkSync(join(checkout, part), join(copy, part));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

interface Verdict {
  readonly passed: boolean;
  readonly failed: readonly string[];
}

/** Core and shell first: most bugs are caught there in a second; the simulated world judges what they let through. */
const suites = [
  ['__tests__/failover/core', '__tests__/fleet', '__tests__/failover/[a-z-]+\\.test'],
  ['__tests__/failover/simulation/'],
];

/** What strikes, judges and restores in a drill is tested beside it, and so are flags. */
const drillSuites = [
  [
    '__tests__/local/drills/(?!prediction)',
    '__tests__/local/control',
    '__tests__/local/severed',
    '__tests__/local/flags',
  ],
];

function jest(patterns: readonly string[]): Promise<Verdict> {
  const args = [
    join(copy, 'node_modules/jest/bin/jest.js'),
    '--rootDir',
    copy,
    '--maxWorkers=1',
    '--bail',
  ];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...args, '--testPathPatterns', ...patterns],
      { cwd: copy, maxBuffer: 1e8, env: { ...process.env, FORCE_COLOR: '0' } },
      (error, _, stderr) =>
        resolve({
          passed: error === null,
          failed: [...stderr.matchAll(/● (.+)/g)]
            .map(([, name = '']) => name)
            // A test that cannot even be loaded has seen nothing.
            .filter((name) => name !== 'Test suite failed to run'),
        }),
    );
  });
}

/** The test of the file itself, or those of its folder: most bugs end there. */
function ownSuite(file: string): readonly string[][] {
  const own = join('__tests__', file.replace(/\.ts$/, '.test.ts'));
  if (existsSync(join(copy, own))) return [[own.replaceAll('.', '\\.')]];
  const folder = join('__tests__', dirname(file));
  return dirname(file).includes('/') && existsSync(join(copy, folder)) ? [[`${folder}/`]] : [];
}

async function firstFailure(ordered: readonly (readonly string[])[]): Promise<Verdict> {
  for (const suite of ordered) {
    const result = await jest(suite);
    if (!result.passed) return result;
  }
  return { passed: true, failed: [] };
}

const verdictOn = (file: string): Promise<Verdict> =>
  firstFailure([...ownSuite(file), ...(file.startsWith('local/') ? drillSuites : suites)]);

test(
  'the copy without a planted bug passes: what fails below fails for its bug',
  async () => {
    expect(await firstFailure([...suites, ...drillSuites])).toEqual({ passed: true, failed: [] });
  },
  bugMsMax,
);

test('the list is long enough, and no bug stands in it twice', () => {
  expect(plantedBugs.length).toBeGreaterThanOrEqual(20);
  expect(new Set(plantedBugs.map(({ find, file }) => file + find)).size).toBe(plantedBugs.length);
});

test.each(plantedBugs)(
  '$name: caught',
  async ({ name, file, find, replace }) => {
    const path = join(copy, file);
    const original = readFileSync(path, 'utf8');
    expect(original.split(find)).toHaveLength(2);
    writeFileSync(
      path,
      original.replace(find, () => replace),
    );
    try {
      const { passed, failed } = await verdictOn(file);
      // An hour is long without a word.
      process.stderr.write(
        `${name}: ${passed ? 'SURVIVED' : `caught by "${failed[0] ?? 'NO TEST'}"`}\n`,
      );
      expect({ passed, named: failed.length > 0 }).toEqual({ passed: false, named: true });
    } finally {
      writeFileSync(path, original);
    }
  },
  bugMsMax,
);
