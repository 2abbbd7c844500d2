import { expect, test } from '@jest/globals';
import { progressLines } from '../../../models/train/progress.ts';

test('a line appears every five seconds and at the end, with the time left', () => {
  const lines: string[] = [];
  let now = 1_000;
  const step = progressLines('films', 10, {
    onProgress: (line) => lines.push(line),
    nowMs: () => now,
  });
  for (let film = 0; film < 10; film++) {
    now += 2_000;
    step();
  }
  expect(lines).toEqual([
    'films: 3 of 10, 14 s left',
    'films: 6 of 10, 8 s left',
    'films: 9 of 10, 2 s left',
    'films: 10 of 10, 0 s left',
  ]);
});
