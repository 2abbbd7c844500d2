// The figures of an arm: its interval is its own, and does not move when others are published beside it.
import { expect, test } from '@jest/globals';
import { savedOf, summaryOf } from '../../../../bench/leap/report/summaries.ts';
import { leapRow } from '../../../support/leap-rows.ts';
import { leapSet } from '../../../support/leap-runs.ts';

const rowsOf = (arm: string, seconds: readonly number[]) =>
  seconds.map((s, i) => leapRow(s, { arm, killedAtMs: i % 3 }));
const single = rowsOf('single', [4, 9, 12, 7, 11, 8]);
const alone = leapSet(single);
const beside = leapSet([...rowsOf('multi:2', [0, 0, 5, 0, 0, 7]), ...single]);
const choice = { arm: 'single', client: 'first' };

test('the interval of an arm is the same with and without another arm, and repeats', () => {
  expect(summaryOf(beside, choice)).toEqual(summaryOf(alone, choice));
  expect(summaryOf(alone, choice)?.meanSeconds.value).toBeCloseTo(8.5);
});

test('another arm has other draws, and who was not measured has no figures', () => {
  expect(summaryOf(beside, { ...choice, arm: 'multi:2' })?.users).toBe(6);
  expect(summaryOf(beside, { ...choice, arm: 'hedge:1:1' })).toBeNull();
});

test('what is saved is the share of the mean that is not lost, with an interval around it', () => {
  const saved = savedOf(beside, choice, { ...choice, arm: 'multi:2' });
  expect(saved?.value).toBeCloseTo(1 - 2 / 8.5);
  expect(saved?.low).toBeLessThan(saved?.value ?? 0);
  expect(saved?.high).toBeGreaterThan(saved?.value ?? 1);
  expect(savedOf(beside, choice, choice)?.value).toBe(0);
});

test('where nothing was lost there is nothing to save', () => {
  const nobody = leapSet([...rowsOf('single', [0, 0]), ...rowsOf('multi:2', [0, 0])]);
  expect(savedOf(nobody, choice, { ...choice, arm: 'multi:2' })).toBeNull();
});
