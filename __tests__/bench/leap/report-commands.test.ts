// The two commands of the results refuse with a reason what they cannot use, and end with 2.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const checkout = join(__dirname, '../../..');

const run = (program: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', `bench/leap/${program}.ts`, ...args], {
    cwd: checkout,
    encoding: 'utf8',
  });

test.each([
  ['report-main', ['--runs', 'nothing.json'], /There is no nothing\.json/],
  ['report-main', ['--figures'], /Use --runs FILE, --out DIR and --compare/],
  ['failing-main', [], /No folder is named/],
  ['failing-main', ['docs'], /docs has no rounds\.jsonl/],
])(
  '%s %j',
  (program, args, reason) => {
    const { status, stderr } = run(program, ...args);
    expect(stderr).toMatch(reason);
    expect(status).toBe(2);
  },
  120_000,
);

test('a run without its raw rounds is not counted, and nothing is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-raw-'));
  try {
    writeFileSync(join(folder, 'rounds.jsonl'), '{"number":7}\n');
    const { status, stderr } = run('failing-main', folder);
    expect(stderr).toMatch(/raw\/0007\.json\.gz is missing/);
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(['rounds.jsonl']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
