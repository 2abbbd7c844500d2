// The page, its figures and its rows are what the command would write from the published runs.
import { beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { rowsCsvHead } from '../../../../bench/leap/report/rows-csv.ts';

const checkout = join(__dirname, '../../../..');
const folder = join(checkout, 'docs/leap-goal');

const script = `
import { keptBeside, pageFolder, readPublished, runsFile } from './bench/leap/report/read-published.ts';
import { reportFiles } from './bench/leap/report/report-files.ts';
const published = readPublished(runsFile, keptBeside(pageFolder));
const users = published.lines.reduce((sum, line) => sum + line.users, 0);
console.log(JSON.stringify({ users, files: [...(await reportFiles(published))] }));
`;

/** Written once, when they are published: their rows are in the runs. */
const kept = ['theory.md', 'runs.json', 'rows.csv.gz'];
const shown = () =>
  ['', 'figures', 'by-resolver'].flatMap((below) =>
    readdirSync(join(folder, below), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !kept.includes(entry.name))
      .map(({ name }) => join(below, name)),
  );

let written: ReadonlyMap<string, string> = new Map();
let users = 0;

beforeAll(() => {
  const output = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { cwd: checkout, encoding: 'utf8', maxBuffer: 1e9 },
  );
  const told = JSON.parse(output) as {
    readonly users: number;
    readonly files: readonly (readonly [string, string])[];
  };
  written = new Map(told.files);
  users = told.users;
}, 180_000);

test('writing them again changes nothing: after a new run, `npm run experiment:report`', () => {
  const texts = shown().map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const);
  expect([...written.keys()].toSorted()).toEqual(texts.map(([path]) => path).toSorted());
  const differing = texts.filter(([path, text]) => written.get(path) !== text);
  expect(differing.map(([path]) => path)).toEqual([]);
});

test('every figure is on the page, and the page shows none that is not drawn', () => {
  const page = written.get('README.md') ?? '';
  const named = [...page.matchAll(/\]\((figures\/[^)]+)\)/g)].map(([, path = '']) => path);
  const drawn = [...written.keys()].filter((path) => path.endsWith('.svg'));
  expect(named.toSorted()).toEqual(drawn.toSorted());
});

test('the file of all rows has a line for each user', () => {
  const csv = gunzipSync(readFileSync(join(folder, 'rows.csv.gz')));
  expect(csv.subarray(0, rowsCsvHead.length).toString('utf8')).toBe(rowsCsvHead);
  expect(csv.filter((byte) => byte === 10)).toHaveLength(users + 1);
});
