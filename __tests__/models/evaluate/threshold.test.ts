import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { abstentionBand, youdenThreshold } from '../../../models/evaluate/threshold.ts';

const f64 = (...values: number[]) => Float64Array.from(values);
const u8 = (...values: number[]) => Uint8Array.from(values);

function youdenIndex(probabilities: Float64Array, labels: Uint8Array, threshold: number): number {
  let truePositives = 0;
  let trueNegatives = 0;
  for (const [i, p] of probabilities.entries()) {
    if (labels[i] === 1 && p >= threshold) truePositives++;
    if (labels[i] === 0 && p < threshold) trueNegatives++;
  }
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return truePositives / positives + trueNegatives / (labels.length - positives) - 1;
}

describe('the Youden threshold', () => {
  test('lies half-way between separable classes', () => {
    expect(youdenThreshold(f64(0.1, 0.3, 0.5, 0.9), u8(0, 0, 1, 1))).toBe(0.4);
  });

  test('of two equally good ones the lower is taken, which misses fewer patients', () => {
    expect(youdenThreshold(f64(0.1, 0.3, 0.5, 0.7), u8(0, 1, 0, 1))).toBe(0.2);
  });

  test('is beaten by no other threshold between two scores, on 100 random sets with ties', () => {
    const random = seededRandom(21);
    for (let round = 0; round < 100; round++) {
      const n = 3 + Math.floor(random() * 40);
      const labels = Uint8Array.from({ length: n }, (_, i) => (i < 2 ? i : random() < 0.5 ? 1 : 0));
      const probabilities = Float64Array.from(labels, (label) =>
        Math.min(0.99, 0.01 + 0.3 * label + Math.floor(random() * 10) / 12),
      );
      if (new Set(probabilities).size < 2) continue;
      const chosen = youdenIndex(probabilities, labels, youdenThreshold(probabilities, labels));
      for (let t = 1; t < 60; t++)
        expect(chosen + 1e-12).toBeGreaterThanOrEqual(
          youdenIndex(probabilities, labels, t / 60 + 1e-4),
        );
    }
  });

  test('of scores that are all equal is that score', () => {
    expect(youdenThreshold(f64(0.5, 0.5), u8(0, 1))).toBe(0.5);
  });
});

describe('the abstention band', () => {
  const probabilities = f64(0.02, 0.1, 0.3, 0.45, 0.48, 0.55, 0.6, 0.8, 0.95, 0.99);
  const labels = u8(0, 0, 0, 1, 0, 0, 1, 1, 1, 1);

  test('abstains on the stated share nearest to the threshold, and errors outside fall', () => {
    const band = abstentionBand(probabilities, labels, { threshold: 0.5, coverage: 0.7 });
    expect(band.coverage).toBeCloseTo(0.7, 12);
    expect(band.errorRate).toBe(0);
    expect(band.low).toBeLessThanOrEqual(0.45);
    expect(band.low).toBeGreaterThan(0.3);
    expect(band.high).toBeGreaterThanOrEqual(0.55);
    expect(band.high).toBeLessThan(0.6);
  });

  test('with full coverage is the threshold itself and abstains on nobody', () => {
    const band = abstentionBand(probabilities, labels, { threshold: 0.5, coverage: 1 });
    expect(band).toEqual({ low: 0.5, high: 0.5, coverage: 1, errorRate: 0.2 });
  });

  test('always encloses the threshold, also one near 1', () => {
    const band = abstentionBand(probabilities, labels, { threshold: 0.97, coverage: 0.8 });
    expect(band.low).toBeLessThan(0.97);
    expect(band.high).toBeGreaterThan(0.97);
    expect(band.high).toBeLessThan(1);
  });

  test.each([0, -0.1, 1.01, Number.NaN])('coverage %p is refused', (coverage) => {
    expect(() => abstentionBand(probabilities, labels, { threshold: 0.5, coverage })).toThrow(
      expect.objectContaining({ code: 'coverage' }),
    );
  });
});
