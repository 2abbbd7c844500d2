// The journal survives what happens to disks and processes, and never grows without bound.
import { describe, expect, test } from '@jest/globals';
import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileJournal, journalLines } from '../../../failover/adapters/file-journal.ts';
import { verifyChain } from '../../../failover/journal-chain.ts';
import { handClock } from '../../support/failover-ports.ts';
import { withFolder } from '../../support/folder.ts';

const clock = handClock();
const entry = (n: number, text = '') => ({ kind: 'decision', n, text }) as const;
const journalIn = (folder: string) => join(folder, 'journal.jsonl');

test('a line is on the disk when append resolves, with the time of day for people', () =>
  withFolder(async (folder) => {
    const journal = await fileJournal(folder, clock);
    await journal.append(entry(1));
    expect(await readFile(journalIn(folder), 'utf8')).toMatch(
      /^\{"at":"2026-11-21T00:00:00.000Z","kind":"decision","n":1,"text":"","previous":"0{64}","hash":"[0-9a-f]{64}"\}\n$/,
    );
    await journal.close();
  }));

test('lines asked for at once stand in the order asked for', () =>
  withFolder(async (folder) => {
    const journal = await fileJournal(folder, clock);
    await Promise.all(Array.from({ length: 50 }, (_, n) => journal.append(entry(n))));
    expect((await journal.tail(50)).map((e) => e['n'])).toEqual([...Array(50).keys()]);
    expect((await journal.tail(2)).map((e) => e['n'])).toEqual([48, 49]);
    await journal.close();
  }));

test('a journal is continued, not begun anew', () =>
  withFolder(async (folder) => {
    for (const n of [1, 2]) {
      const journal = await fileJournal(folder, clock);
      await journal.append(entry(n));
      await journal.close();
    }
    const journal = await fileJournal(folder, clock);
    expect((await journal.tail(9)).map((e) => e['n'])).toEqual([1, 2]);
    await journal.close();
  }));

test('half a line of a crash is passed over and harms no other', () =>
  withFolder(async (folder) => {
    await writeFile(journalIn(folder), '{"kind":"intent","n":1}\n{"kind":"int');
    const journal = await fileJournal(folder, clock);
    await journal.append(entry(2));
    expect((await journal.tail(9)).map((e) => e['n'])).toEqual([1, 2]);
    await journal.close();
  }));

test('lines that are no entries are passed over', () =>
  withFolder(async (folder) => {
    const journal = await fileJournal(folder, clock);
    await appendFile(journalIn(folder), 'null\n7\n[]\n{"n":1}\n');
    await journal.append(entry(2));
    expect(await journal.tail(9)).toHaveLength(1);
    await journal.close();
  }));

describe('size', () => {
  test('a file is put aside just before it would exceed its size, and three are kept', () =>
    withFolder(async (folder) => {
      const bytesMax = 500;
      const journal = await fileJournal(folder, clock, bytesMax);
      for (let n = 0; n < 40; n += 1) await journal.append(entry(n));
      const files = (await readdir(folder)).sort();
      expect(files).toEqual([
        'journal.jsonl',
        'journal.jsonl.1',
        'journal.jsonl.2',
        'journal.jsonl.3',
      ]);
      for (const file of files)
        expect((await stat(join(folder, file))).size).toBeLessThanOrEqual(bytesMax);
      expect((await journal.tail(3)).map((e) => e['n'])).toEqual([37, 38, 39]);
      await journal.close();
    }));

  test('the tail reaches into the file that was just put aside', () =>
    withFolder(async (folder) => {
      const journal = await fileJournal(folder, clock, 150);
      for (let n = 0; n < 3; n += 1) await journal.append(entry(n));
      expect((await journal.tail(2)).map((e) => e['n'])).toEqual([1, 2]);
      await journal.close();
    }));

  test('a line beyond 64 KiB is replaced by its kind and length', () =>
    withFolder(async (folder) => {
      const journal = await fileJournal(folder, clock);
      await journal.append(entry(1, 'x'.repeat(60_000)));
      await journal.append(entry(2, 'x'.repeat(66_000)));
      const [kept, replaced] = await journal.tail(2);
      expect(kept).toMatchObject({ n: 1 });
      expect(replaced).toMatchObject({
        at: expect.any(String),
        kind: 'decision',
        tooLong: expect.any(Number),
      });
      await journal.close();
    }));

  test('a thousand lines may wait for a slow disk; one more is refused at once', () =>
    withFolder(async (folder) => {
      const journal = await fileJournal(folder, clock);
      const waiting = Array.from({ length: 1_000 }, (_, n) => journal.append(entry(n)));
      await expect(journal.append(entry(1_000))).rejects.toThrow(/1000 lines wait/);
      await Promise.all(waiting);
      await journal.append(entry(1_001));
      await journal.close();
    }));
});

test('the chain goes on over a restart and over a file put aside', () =>
  withFolder(async (folder) => {
    for (const n of [1, 2, 3]) {
      const journal = await fileJournal(folder, clock, 900);
      for (const m of [1, 2, 3]) await journal.append(entry(10 * n + m, 'x'.repeat(50)));
      await journal.close();
    }
    expect((await readdir(folder)).length).toBeGreaterThan(1);
    expect(verifyChain(await journalLines(folder))).toMatchObject({
      lines: 9,
      torn: 0,
      faults: [],
    });
  }));

test('a torn line of a crash breaks no chain', () =>
  withFolder(async (folder) => {
    const first = await fileJournal(folder, clock);
    await first.append(entry(1));
    await first.close();
    await appendFile(journalIn(folder), '{"kind":"int');
    const second = await fileJournal(folder, clock);
    await second.append(entry(2));
    await second.close();
    expect(verifyChain(await journalLines(folder))).toMatchObject({
      lines: 3,
      torn: 1,
      faults: [],
    });
  }));
