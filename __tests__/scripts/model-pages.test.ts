// The committed pages of the models against what the generator makes of their records.
import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { modelDocs, modelPages } from '../../scripts/model-pages.ts';

describe('docs/models', () => {
  test('is what `npm run docs:models` writes', async () => {
    const pages = await modelPages(modelDocs);
    expect(pages.size).toBeGreaterThan(0);
    for (const [file, content] of pages) {
      const committed = await readFile(path.join(modelDocs, file), 'utf8');
      // Compared apart from the matcher: a figure's difference would print as one endless line.
      expect([file, committed === content]).toEqual([file, true]);
    }
  });

  test('holds figures and words, and no picture that a camera made', async () => {
    for (const [file, content] of await modelPages(modelDocs)) {
      expect(file).toMatch(/\.(md|svg)$/);
      expect(content).not.toContain('<image');
      expect(content).not.toContain('data:image');
    }
  });
});
