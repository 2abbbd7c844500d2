// The committed pages of the models against what the generator makes of their records: in a process, because Vega is ESM only.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const checkout = path.join(__dirname, '../..');
const pages = path.join(checkout, 'docs/models');
const timeoutMs = 120_000;

function differing(docs: string) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/document-models.ts', '--check', '--docs', docs],
    { cwd: checkout, encoding: 'utf8' },
  );
  if (status === null || stderr !== '') throw new Error(stderr);
  return { files: stdout.split('\n').filter((line) => line !== ''), status };
}

test(
  'docs/models is what `npm run docs:models` writes, and an edited page is named',
  () => {
    expect(differing(pages)).toEqual({ files: [], status: 0 });
    const copy = mkdtempSync(path.join(tmpdir(), 'evenkeel-pages-'));
    try {
      cpSync(pages, copy, { recursive: true });
      const page = path.join(copy, 'chest-pneumonia.md');
      writeFileSync(page, readFileSync(page, 'utf8').replace('AUROC', 'AUC'));
      expect(differing(copy)).toEqual({ files: ['chest-pneumonia.md'], status: 1 });
    } finally {
      rmSync(copy, { recursive: true });
    }
  },
  timeoutMs,
);

test('it holds figures and words, and no picture that a camera made', () => {
  const files = readdirSync(pages, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files) {
    expect(file).toMatch(/\.(md|svg|json)$/);
    const content = readFileSync(file, 'utf8');
    expect(content).not.toContain('<image');
    expect(content).not.toContain('data:image');
  }
});
