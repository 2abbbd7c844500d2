// A journal whose lines are chained shows what was done to it afterwards.
import { expect, test } from '@jest/globals';
import { chainedLine, chainStart, verifyChain } from '../../failover/journal-chain.ts';

const journal = (count: number): string[] => {
  const lines: string[] = [];
  let previous = chainStart;
  for (let n = 0; n < count; n += 1) {
    const { text, hash } = chainedLine(previous, {
      at: '2026-11-21T00:00:00.000Z',
      kind: 'decision',
      n,
    });
    lines.push(text);
    previous = hash;
  }
  return lines;
};

test('a whole journal has no fault, and its head is the hash of its last line', () => {
  const lines = journal(5);
  const { faults, head, torn } = verifyChain(lines);
  expect({ faults, torn }).toEqual({ faults: [], torn: 0 });
  expect(lines.at(-1)).toContain(`"hash":"${head}"`);
});

test('a journal whose oldest file was rotated away is whole from its first line on', () =>
  expect(verifyChain(journal(9).slice(4)).faults).toEqual([]));

test.each<[string, (lines: string[]) => string[], number, RegExp]>([
  [
    'changed',
    (l) => l.map((t, i) => (i === 2 ? t.replace('"n":2', '"n":7') : t)),
    3,
    /content was changed/,
  ],
  ['removed', (l) => l.filter((_, i) => i !== 2), 3, /does not follow/],
  ['repeated', (l) => [...l.slice(0, 3), l[2] ?? '', ...l.slice(3)], 4, /does not follow/],
  ['swapped', (l) => [l[0] ?? '', l[2] ?? '', l[1] ?? '', ...l.slice(3)], 2, /does not follow/],
  [
    'put in',
    (l) => [...l.slice(0, 2), chainedLine(chainStart, { n: 9 }).text, ...l.slice(2)],
    3,
    /does not follow/,
  ],
])('a line that was %s is found', (_, tamper, line, words) => {
  const [first] = verifyChain(tamper(journal(6))).faults;
  expect(first?.line).toBe(line);
  expect(first?.found).toMatch(words);
});

test('a journal cut short is told by its head, which somebody else has noted', () => {
  const lines = journal(6);
  const cut = verifyChain(lines.slice(0, 4));
  expect(cut.faults).toEqual([]);
  expect(cut.head).not.toBe(verifyChain(lines).head);
});

test('an empty journal begins where chains begin', () =>
  expect(verifyChain([])).toEqual({ lines: 0, torn: 0, head: chainStart, faults: [] }));
