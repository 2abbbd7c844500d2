// Intervals of counted shares, against published values.
import { expect, test } from '@jest/globals';
import { wilsonInterval } from '../../../models/evaluate/wilson.ts';

// Newcombe, Statistics in Medicine 1998;17:857-872, table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%d of %d lies between %d and %d', (count, n, low, high) => {
  const interval = wilsonInterval(count, n);
  expect(interval.value).toBe(count / n);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});
