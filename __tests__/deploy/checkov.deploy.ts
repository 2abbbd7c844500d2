// An outside yardstick: checkov's rules over production's stacks of three clouds, and a written reason for each that is not followed.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fleetFor } from '../../fleet/environments.ts';
import { synthesize } from '../../stacks/synthesize.ts';
import { checkovExceptions } from '../support/checkov-exceptions.ts';

const command = process.env['CHECKOV'] ?? 'checkov';
const isHere = spawnSync(command, ['--version']).status === 0;
if (!isHere)
  console.warn('checkov is not on the PATH (pip install checkov): its rules are not asked.');
const testWithCheckov = isHere ? test : test.skip;

interface Report {
  readonly summary: {
    readonly passed: number;
    readonly failed: number;
    readonly checkov_version: string;
  };
  readonly results: {
    readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[];
  };
}

let folder = '';
let report: Report | null = null;

beforeAll(() => {
  if (!isHere) return;
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-checkov-'));
  const { stacks } = synthesize(fleetFor('production'), join(folder, 'synthesized'));
  const scanned = join(folder, 'stacks');
  for (const { name } of stacks) {
    mkdirSync(join(scanned, name), { recursive: true });
    cpSync(
      join(folder, 'synthesized', 'stacks', name, 'cdk.tf.json'),
      join(scanned, name, 'cdk.tf.json'),
    );
  }
  const { stdout } = spawnSync(
    command,
    ['-d', '.', '--framework', 'terraform_json', '--compact', '--quiet', '-o', 'json'],
    { cwd: scanned, encoding: 'utf8', maxBuffer: 1e9 },
  );
  report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report;
}, 600_000);
afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

testWithCheckov('no check fails without a written reason', () => {
  const unexplained = report?.results.failed_checks.filter(
    ({ check_id: id }) => checkovExceptions[id] === undefined,
  );
  expect(unexplained?.map(({ check_id: id, resource }) => `${id} ${resource}`)).toEqual([]);
});

testWithCheckov('no reason stands for what passes by now', () => {
  const failing = new Set(report?.results.failed_checks.map(({ check_id: id }) => id));
  expect(Object.keys(checkovExceptions).filter((id) => !failing.has(id))).toEqual([]);
});

/** The published result is made by this test: `CHECKOV_RESULT=docs/measurements/checkov.json npx jest --testMatch '**' checkov`. */
testWithCheckov('hundreds of checks pass', () => {
  const { summary, results } = report!;
  expect(summary.passed).toBeGreaterThan(1_000);
  const file = process.env['CHECKOV_RESULT'];
  if (file === undefined) return;
  const counts = new Map<string, number>();
  for (const { check_id: id } of results.failed_checks) counts.set(id, (counts.get(id) ?? 0) + 1);
  const result = {
    what: 'checkov over the synthesized stacks of production, three clouds',
    command: 'CHECKOV_RESULT=... npm run test:deploy -- checkov',
    version: summary.checkov_version,
    passed: summary.passed,
    failedWithReason: results.failed_checks.length,
    failedWithoutReason: 0,
    exceptions: [...counts.entries()]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([check, count]) => ({ check, count, reason: checkovExceptions[check] })),
  };
  writeFileSync(join(process.cwd(), file), `${JSON.stringify(result, null, 2)}\n`);
  expect(readFileSync(join(process.cwd(), file), 'utf8')).toContain('failedWithoutReason');
});
