// Films that two sets share are told by their features.
import { expect, test } from '@jest/globals';
import { withoutTwins } from '../../../models/learn/feature-rows.ts';

const set = (rows: readonly (readonly number[])[]) => ({
  features: Float32Array.from(rows.flat()),
  columns: 2,
  labels: Uint8Array.from(rows, (_, at) => at % 2),
  patients: rows.map((_, at) => `P${at}`),
});

test('a film of both sets is left out of the first, and what lies near it stays', () => {
  const all = set([
    [1, 2],
    [3, 4],
    [1, 2.000001],
  ]);
  const others = set([
    [1, 2],
    [4, 3],
  ]);
  expect(withoutTwins(all, others)).toEqual({
    features: Float32Array.of(3, 4, 1, 2.000001),
    columns: 2,
    labels: Uint8Array.of(1, 0),
    patients: ['P1', 'P2'],
  });
});
