// The kept run of the lab beside the simulator: where one address is tried, or all of them, both must say the same.
import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { comparedRun } from '../../../bench/leap/compared-run.ts';

const kept = join(__dirname, '../../../docs/measurements/2026-11-21-leap-first-run');

test('clients with a fresh answer for each request lose in the simulator what they lost in the lab', () => {
  const comparisons = comparedRun(kept, ['first', 'sequential']);
  const arms = ['control', 'hedge:1:1', 'multi:2', 'single'];
  expect(comparisons.map(({ key }) => key).sort()).toEqual(
    arms.flatMap((arm) =>
      ['first', 'sequential'].map((client) => `${arm} all resolvers ${client} 10`),
    ),
  );
  expect(comparisons.filter(({ passes }) => !passes)).toEqual([]);
  for (const { key, measured } of comparisons) {
    expect(measured.users).toBeGreaterThanOrEqual(60);
    // Who tries every address has nothing to lose while one of them lives.
    if (key.startsWith('multi:2') && key.includes('sequential'))
      expect(measured.meanSeconds).toBe(0);
    else expect(measured.meanSeconds).toBeGreaterThan(1);
  }
});
