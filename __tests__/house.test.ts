// Who may import whom: every border of the house is crossed once on purpose, and the linter must see it.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const checkout = join(__dirname, '..');
const oxlint = join(checkout, 'node_modules', '.bin', 'oxlint');

interface Crossing {
  readonly file: string;
  readonly code: string;
  readonly rule: string;
}

const importing = (file: string, what: string): Crossing => ({
  file,
  code: `export { x } from '${what}';\n`,
  rule: 'no-restricted-imports',
});

const crossings: readonly Crossing[] = [
  importing('fleet/a.ts', '../models/x.ts'),
  importing('fleet/b.ts', 'node:fs'),
  {
    file: 'fleet/c.ts',
    code: 'export const now = () => Date.now();\n',
    rule: 'no-restricted-globals',
  },
  {
    file: 'fleet/d.ts',
    code: 'export const x = () => Math.random();\n',
    rule: 'no-restricted-properties',
  },
  importing('failover/core/a.ts', 'undici'),
  importing('failover/core/b.ts', '../adapters/x.ts'),
  importing('failover/core/c.ts', '../controller.ts'),
  importing('failover/core/d.ts', '../../services/x.ts'),
  {
    file: 'failover/core/e.ts',
    code: 'export const later = (f: () => void) => setTimeout(f, 1);\n',
    rule: 'no-restricted-globals',
  },
  importing('failover/a.ts', '../services/x.ts'),
  importing('failover/b.ts', '../stacks/x.ts'),
  importing('failover/adapters/c.ts', '../../models/x.ts'),
  importing('failover/d.ts', '../local/x.ts'),
  importing('services/a.ts', '../failover/x.ts'),
  importing('services/inference/b.ts', '../../stacks/x.ts'),
  importing('services/c.ts', 'onnxruntime-node'),
  importing('services/d.ts', '@aws-sdk/client-route-53'),
  importing('stacks/a.ts', '../services/x.ts'),
  importing('stacks/b.ts', '../failover/x.ts'),
  importing('stacks/c.ts', '@cdktf/provider-aws'),
  importing('models/a.ts', '../services/x.ts'),
  importing('models/b.ts', '../failover/x.ts'),
  importing('models/bundle/c.ts', 'sharp'),
  importing('models/imaging/d.ts', 'onnxruntime-node'),
  importing('local/a.ts', '../cli/x.ts'),
  importing('local/b.ts', 'cdktf'),
  importing('cli/a.ts', 'constructs'),
  importing('cli/b.ts', '@tensorflow/tfjs-core'),
];

const allowed: readonly Crossing[] = [
  importing('failover/core/ok.ts', '../../fleet/x.ts'),
  importing('failover/adapters/ok.ts', '@aws-sdk/client-route-53'),
  importing('services/ok.ts', '../models/x.ts'),
  importing('models/engine/ok.ts', 'onnxruntime-node'),
  importing('models/imaging/ok.ts', 'sharp'),
  importing('stacks/ok.ts', 'cdktf'),
  importing('main.ts', 'cdktf'),
  importing('cli/ok.ts', '../local/x.ts'),
];

let directory = '';
let report: readonly { readonly filename: string; readonly code: string }[] = [];

const put = (file: string, code: string) => {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), code);
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-house-'));
  copyFileSync(join(checkout, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
  for (const { file, code } of [...crossings, ...allowed]) put(file, code);
  put('models/cycle-a.ts', "import { b } from './cycle-b.ts';\nexport const a = () => b;\n");
  put('models/cycle-b.ts', "import { a } from './cycle-a.ts';\nexport const b = () => a;\n");
  report = lint();
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function lint(): typeof report {
  let text = '';
  try {
    text = execFileSync(oxlint, ['--format', 'json', '.'], { cwd: directory, encoding: 'utf8' });
  } catch (error) {
    // Findings make the linter exit with 1; they are what is wanted here.
    text = (error as { stdout: string }).stdout;
  }
  return (JSON.parse(text) as { diagnostics: typeof report }).diagnostics;
}

test.each(crossings)('$file may not: $code', ({ file, rule }) => {
  expect(report.filter((d) => d.filename === file).map((d) => d.code)).toContain(`eslint(${rule})`);
});

test.each(allowed)('$file may: $code', ({ file }) => {
  expect(report.filter((d) => d.filename === file)).toEqual([]);
});

test('an import cycle is refused', () => {
  expect(report.filter((d) => d.filename.startsWith('models/cycle-')).map((d) => d.code)).toContain(
    'import(no-cycle)',
  );
});
