import { describe, expect, test } from '@jest/globals';
import {
  auroc,
  brierScore,
  decidedRates,
  expectedCalibrationError,
  ratesAt,
} from '../../../models/evaluate/metrics.ts';
import { rankedScores } from '../../../models/evaluate/ranked-scores.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';

const f64 = (...values: number[]) => Float64Array.from(values);
const u8 = (...values: number[]) => Uint8Array.from(values);

/** Every pair of a positive and a negative, one by one. */
function pairwise(scores: Float64Array, labels: Uint8Array, weights: Float64Array): number {
  let won = 0;
  let pairs = 0;
  for (let p = 0; p < scores.length; p++)
    for (let n = 0; n < scores.length; n++) {
      if (labels[p] !== 1 || labels[n] !== 0) continue;
      const weight = weights[p]! * weights[n]!;
      pairs += weight;
      if (scores[p]! > scores[n]!) won += weight;
      else if (scores[p] === scores[n]) won += weight / 2;
    }
  return won / pairs;
}

describe('AUROC', () => {
  test('is 1 for a perfect order, 0 for the reverse, 0.5 when all scores tie', () => {
    expect(auroc(f64(0.1, 0.2, 0.8, 0.9), u8(0, 0, 1, 1))).toBe(1);
    expect(auroc(f64(0.9, 0.8, 0.2, 0.1), u8(0, 0, 1, 1))).toBe(0);
    expect(auroc(f64(3, 3, 3, 3), u8(0, 1, 0, 1))).toBe(0.5);
  });

  test('counts a tie between the classes as half a pair', () => {
    expect(auroc(f64(1, 2, 2, 3), u8(0, 0, 1, 1))).toBe(0.875);
  });

  test('agrees with counting every pair, on 200 random sets with ties and weights', () => {
    const random = seededRandom(11);
    for (let round = 0; round < 200; round++) {
      const n = 2 + Math.floor(random() * 30);
      const scores = Float64Array.from({ length: n }, () => Math.floor(random() * 8));
      const labels = Uint8Array.from({ length: n }, (_, i) => (i < 2 ? i : random() < 0.4 ? 1 : 0));
      const weights = Float64Array.from({ length: n }, (_, i) =>
        i < 2 ? 1 : Math.floor(random() * 3),
      );
      expect(rankedScores(scores, labels).auroc(weights)).toBeCloseTo(
        pairwise(scores, labels, weights),
        12,
      );
    }
  });
});

test('rates: a probability equal to the threshold is called positive', () => {
  const scored = {
    probabilities: f64(0.1, 0.5, 0.5, 0.9, 0.2),
    labels: u8(0, 0, 1, 1, 1),
    patients: ['a', 'b', 'c', 'd', 'e'],
  };
  const rates = ratesAt(scored, 0.5, f64(1, 1, 1, 1, 1));
  expect(rates.accuracy).toBeCloseTo(3 / 5, 15);
  expect(rates.sensitivity).toBeCloseTo(2 / 3, 15);
  expect(rates.specificity).toBe(0.5);
  expect(ratesAt(scored, 0.5, f64(1, 0, 1, 1, 0))).toEqual({
    accuracy: 1,
    sensitivity: 1,
    specificity: 1,
  });
});

test('the Brier score is the mean squared distance: weather of 0.8 that came and of 0.4 that did not', () => {
  const scored = { probabilities: f64(0.8, 0.4), labels: u8(1, 0), patients: ['a', 'b'] };
  expect(brierScore(scored, f64(1, 1))).toBeCloseTo((0.04 + 0.16) / 2, 12);
  expect(brierScore(scored, f64(3, 1))).toBeCloseTo((3 * 0.04 + 0.16) / 4, 12);
});

test('coverage counts rows outside the band, and errors among them only', () => {
  const rows = { probabilities: f64(0.1, 0.4, 0.6, 0.9), labels: u8(1, 1, 0, 1) };
  const band = { low: 0.4, high: 0.6, threshold: 0.5 };
  expect(decidedRates(rows, band, f64(1, 1, 1, 1))).toEqual({ coverage: 0.5, errorRate: 0.5 });
  expect(decidedRates(rows, band, f64(0, 1, 1, 0))).toEqual({ coverage: 0, errorRate: 0 });
});

describe('expected calibration error', () => {
  test('is 0 when each bin holds what it predicts', () => {
    const probabilities = f64(0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75);
    expect(expectedCalibrationError(probabilities, u8(1, 0, 0, 0, 1, 1, 1, 0))).toBeCloseTo(0, 15);
  });

  test('is the mean gap, weighted by rows: 4 rows off by 0.25 and 1 row off by 0.1', () => {
    const probabilities = f64(0.5, 0.5, 0.5, 0.5, 0.9);
    const value = expectedCalibrationError(probabilities, u8(1, 1, 1, 0, 1));
    expect(value).toBeCloseTo((4 * 0.25 + 0.1) / 5, 12);
  });

  test('puts a probability of exactly 1 in the last bin', () => {
    expect(expectedCalibrationError(f64(1, 0), u8(1, 0))).toBe(0);
  });
});

describe('what no metric can be computed from is refused', () => {
  test.each([
    ['no rows', f64(), u8(), 'no-scores'],
    ['more scores than labels', f64(0.1, 0.2), u8(1), 'no-scores'],
    ['one class only', f64(0.1, 0.2), u8(1, 1), 'one-class'],
    ['a score that is not a number', f64(0.1, Number.NaN), u8(0, 1), 'score-not-finite'],
    ['an infinite score', f64(0.1, Infinity), u8(0, 1), 'score-not-finite'],
  ])('%s', (_, scores, labels, code) => {
    for (const metric of [auroc, expectedCalibrationError])
      expect(() => metric(scores, labels)).toThrow(expect.objectContaining({ code }));
  });
});
