// The lines of a file of a run, plain or compressed.
import { expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { linesOf } from '../../../bench/leap/run-lines.ts';

test('a file is read the same plain and compressed, with or without an end to its last line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'run-lines-'));
  try {
    const text = 'one\n\nzwei äöü\nthree';
    writeFileSync(join(folder, 'plain'), `${text}\n`);
    writeFileSync(join(folder, 'packed.gz'), gzipSync(text));
    expect([...linesOf(folder, 'plain')]).toEqual(['one', 'zwei äöü', 'three']);
    expect([...linesOf(folder, 'packed')]).toEqual(['one', 'zwei äöü', 'three']);
    expect(() => [...linesOf(folder, 'missing')]).toThrow(/missing\.gz/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
