import { describe, expect, test } from '@jest/globals';
import { calibrated, fitPlatt } from '../../../models/evaluate/calibrate.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';

describe('Platt scaling', () => {
  test('finds the slope and intercept that 40,000 labels were drawn with', () => {
    const random = seededRandom(31);
    const truth = { slope: 0.6, intercept: -1.2 };
    const logits = Float64Array.from({ length: 40_000 }, () => 8 * (random() - 0.5));
    const labels = Uint8Array.from(logits, (logit) =>
      random() < calibrated(truth, logit) ? 1 : 0,
    );
    const fitted = fitPlatt(logits, labels);
    expect(fitted.slope).toBeCloseTo(0.6, 1);
    expect(fitted.intercept).toBeCloseTo(-1.2, 1);
  });

  test('two logits have a closed answer: each meets its smoothed target exactly', () => {
    // 3 of 4 positives at +1, 1 of 4 at -1. The targets average (3 * 5/6 + 1/6) / 4 and (5/6 + 3 * 1/6) / 4.
    const logits = Float64Array.of(1, 1, 1, 1, -1, -1, -1, -1);
    const labels = Uint8Array.of(1, 1, 1, 0, 1, 0, 0, 0);
    const fitted = fitPlatt(logits, labels);
    expect(calibrated(fitted, 1)).toBeCloseTo((3 * (5 / 6) + 1 / 6) / 4, 9);
    expect(calibrated(fitted, -1)).toBeCloseTo((5 / 6 + 3 * (1 / 6)) / 4, 9);
  });

  test('stays finite for separable logits, where plain maximum likelihood runs away', () => {
    const fitted = fitPlatt(Float64Array.of(-300, -200, 200, 300), Uint8Array.of(0, 0, 1, 1));
    expect(Number.isFinite(fitted.slope)).toBe(true);
    expect(calibrated(fitted, 300)).toBeLessThanOrEqual(1);
    expect(calibrated(fitted, 200)).toBeGreaterThan(0.5);
    expect(calibrated(fitted, -200)).toBeLessThan(0.5);
  });

  test('logits that say nothing give the base rate', () => {
    const fitted = fitPlatt(Float64Array.of(2, 2, 2, 2), Uint8Array.of(0, 0, 0, 1));
    expect(calibrated(fitted, 2)).toBeCloseTo((2 / 3 + 3 * (1 / 5)) / 4, 6);
  });

  test('one class is refused', () => {
    expect(() => fitPlatt(Float64Array.of(1, 2), Uint8Array.of(1, 1))).toThrow(
      expect.objectContaining({ code: 'one-class' }),
    );
  });
});
