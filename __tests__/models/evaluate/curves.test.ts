import { expect, test } from '@jest/globals';
import { coverageCurve, reliability, rocCurve } from '../../../models/evaluate/curves.ts';

const patientsOf = (n: number) => Array.from({ length: n }, (_, i) => `p${i}`);

test('the ROC curve climbs at the false positive rate that the next positive costs', () => {
  const curve = rocCurve({
    probabilities: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    labels: Uint8Array.of(0, 0, 1, 0, 1, 1),
    patients: patientsOf(6),
  });
  expect(curve).toHaveLength(101);
  expect(curve[0]!.sensitivity).toBeCloseTo(2 / 3, 12);
  expect(curve[33]!.sensitivity).toBeCloseTo(2 / 3, 12);
  expect(curve[34]).toEqual({ falsePositiveRate: 0.34, sensitivity: 1 });
});

test('reliability bins hold their rows\u2019 mean probability and observed share; empty ones are left out', () => {
  const bins = reliability(
    {
      probabilities: Float64Array.of(0.12, 0.18, 0.95, 1),
      labels: Uint8Array.of(0, 1, 1, 1),
      patients: patientsOf(4),
    },
    { seed: 1 },
  );
  expect(bins.map(({ low, n }) => [low, n])).toEqual([
    [0.1, 2],
    [0.9, 2],
  ]);
  expect(bins[0]!.meanProbability).toBeCloseTo(0.15, 12);
  expect(bins[0]!.observed).toEqual({ value: 0.5, low: null, high: null });
  expect(bins[1]!.meanProbability).toBeCloseTo(0.975, 12);
});

test('the coverage curve loses its errors first when they lie nearest to the threshold', () => {
  const probabilities = Float64Array.from({ length: 20 }, (_, i) => (i + 0.5) / 20);
  // Wrong: rows 9 and 10, on either side of 0.5.
  const labels = Uint8Array.from({ length: 20 }, (_, i) => (i === 9 || i > 10 ? 1 : 0));
  const curve = coverageCurve({ probabilities, labels, patients: patientsOf(20) }, 0.5);
  expect(curve[0]).toEqual({ coverage: 1, errorRate: 0.1 });
  expect(curve.find(({ coverage }) => coverage <= 0.9)).toEqual({ coverage: 0.9, errorRate: 0 });
  expect(curve.at(-1)).toEqual({ coverage: 0.5, errorRate: 0 });
});
