// The kept run of the lab beside the simulator: where one address is tried, or all of them, both must say the same.
import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { comparedRun } from '../../../bench/leap/compared-run.ts';

const kept = join(__dirname, '../../../docs/measurements/2026-11-21-leap-first-run');

test('clients with a fresh answer for each request lose in the simulator what they lost in the lab', () => {
  const comparisons = comparedRun(kept, ['first', 'sequential']);
  expect(comparisons.map(({ arm, client }) => `${arm} ${client}`).sort()).toEqual(
    ['control', 'hedge:1:1', 'multi:2', 'single'].flatMap((arm) => [
      `${arm} first`,
      `${arm} sequential`,
    ]),
  );
  expect(comparisons.filter(({ isWithin }) => !isWithin)).toEqual([]);
  for (const { users, labSeconds, arm, client } of comparisons) {
    expect(users).toBeGreaterThanOrEqual(60);
    // Who tries every address has nothing to lose while one of them lives.
    if (arm === 'multi:2' && client === 'sequential') expect(labSeconds).toBe(0);
    else expect(labSeconds).toBeGreaterThan(1);
  }
});
