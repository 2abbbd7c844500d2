// Kept runs of the lab beside the simulator: both must say the same, and of runs that were never made they must not.
import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { comparedRun, runAgainstRun } from '../../../bench/leap/compared-run.ts';

const kept = (name: string) => join(__dirname, '../../../docs/measurements', name);
const [ttl10, ttl60, first] = ['leap-ttl-10', 'leap-ttl-60', 'leap-first-run'].map((name) =>
  kept(`2026-11-21-${name}`),
) as [string, string, string];

test('at a TTL of 60 s every client loses in the simulator what it lost in the lab, under every arm', () => {
  const comparisons = comparedRun(ttl60);
  expect(comparisons.map(({ key }) => key).sort()).toEqual(
    ['hedge:1:1', 'multi:2', 'single'].flatMap((arm) =>
      ['first', 'keep-alive', 'node-http'].map((client) => `${arm} all resolvers ${client} 60`),
    ),
  );
  expect(comparisons.filter(({ passes }) => !passes)).toEqual([]);
  for (const { key, measured } of comparisons) {
    expect(measured.users).toBeGreaterThanOrEqual(60);
    // Who tries every address has nothing to lose while one of them lives.
    const losesNothing = key.startsWith('multi:2') && key.includes('node-http');
    if (losesNothing) expect(measured.meanSeconds).toBe(0);
    else expect(measured.meanSeconds).toBeGreaterThan(0.2);
  }
});

test('at a TTL of 10 s quiet clinics and pools do too, under all ten arms', () => {
  const comparisons = comparedRun(ttl10, ['keep-alive', 'quiet-first']);
  expect(comparisons).toHaveLength(20);
  expect(comparisons.filter(({ passes }) => !passes)).toEqual([]);
});

test('two runs with other seeds agree but for what is so by chance, and runs at other TTLs have nothing in common', () => {
  const comparisons = runAgainstRun(ttl10, first);
  expect(comparisons).toHaveLength(32);
  const differing = comparisons.filter(({ passes }) => !passes).length;
  // One in twenty is beyond two standard errors.
  expect(differing).toBeLessThanOrEqual(Math.ceil(comparisons.length / 20));
  expect(runAgainstRun(ttl10, ttl60)).toEqual([]);
});
