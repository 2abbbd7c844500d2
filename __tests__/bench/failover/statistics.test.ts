// Quantiles, Poisson intervals and paired ratios against values known from elsewhere.
import { expect, test } from '@jest/globals';
import { pairedMedianRatio, poissonInterval, summary } from '../../../bench/failover/statistics.ts';
import { quantile } from '../../../failover/leap/quantile.ts';
import { seededRandom } from '../../support/seeded-random.ts';

test('a quantile lies between its neighbours by its share, whatever the order', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48);
  expect(quantile([7], 0.95)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});

test('a summary names count, median, p95 and both ends', () => {
  expect(summary([3, 1, 2])).toEqual({ count: 3, median: 2, p95: 2.9, min: 1, max: 3 });
});

// Garwood 1936, as printed in tables of the exact Poisson interval.
test.each([
  [0, 0, 3.689],
  [1, 0.0253, 5.572],
  [10, 4.795, 18.39],
  [100, 81.36, 121.63],
])('%d events are the 95 %% interval %d to %d', (count, low, high) => {
  const interval = poissonInterval(count);
  expect(interval.low).toBeCloseTo(low, 2);
  expect(interval.high).toBeCloseTo(high, 1);
});

test('tens of thousands of events have an interval near their normal one', () => {
  const { low, high } = poissonInterval(40_000);
  expect(low).toBeCloseTo(40_000 - 1.96 * 200, -1);
  expect(high).toBeCloseTo(40_000 + 1.96 * 200, -1);
});

test('a ratio of medians is exact for pairs that are all alike, and its interval holds it otherwise', () => {
  const draw = seededRandom(3);
  expect(pairedMedianRatio([[6, 2]], draw)).toEqual({ ratio: 3, low: 3, high: 3 });
  const pairs = Array.from({ length: 25 }, (_, i) => [6 + (i % 5), 3 + (i % 3)] as const);
  const { ratio, low, high } = pairedMedianRatio(pairs, draw);
  expect(ratio).toBe(2);
  expect(low).toBeLessThan(ratio);
  expect(high).toBeGreaterThanOrEqual(ratio);
});
