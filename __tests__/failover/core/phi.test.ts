// Phi accrual against values worked out by hand from tables of the normal distribution, and far beyond any table.
import { describe, expect, test } from '@jest/globals';
import { addArrival, minusLog10OfTail, noArrivals, phi } from '../../../failover/core/phi.ts';
import type { Arrivals } from '../../../failover/core/phi.ts';

const answeredAt = (...timesMs: readonly number[]): Arrivals =>
  timesMs.reduce((arrivals, atMs) => addArrival(arrivals, atMs, 4_000), noArrivals);

/** Eleven answers a second apart, the last at 10 s: mean 1,000 ms, no spread, so that the floor of 500 ms holds. */
const steady = answeredAt(...Array.from({ length: 11 }, (_, i) => i * 1_000));

describe('the tail of the normal distribution', () => {
  // Q(x) as tabled: 0.5, 0.158655, 0.0227501, 0.00134990, 2.86652e-7, 9.86588e-10, 7.61985e-24.
  test.each([
    [0, 0.301_03],
    [1, 0.799_546],
    [2, 1.643_016],
    [2.5, 2.206_91],
    [3, 2.869_699],
    [5, 6.542_645],
    [6, 9.005_864],
    [10, 23.118_054],
  ])('at %d deviations is 10^-%d', (x, expected) => {
    expect(minusLog10OfTail(x)).toBeCloseTo(expected, 4);
  });

  test('is nearly 1 before the mean, and never more', () => {
    expect(minusLog10OfTail(-1)).toBeCloseTo(-Math.log10(0.841_345), 6);
    expect(minusLog10OfTail(-3)).toBeCloseTo(-Math.log10(0.998_650_1), 6);
    expect(minusLog10OfTail(-40)).toBeCloseTo(0, 12);
  });

  test('goes on growing where the probability itself is no number any more', () => {
    // -log10 of exp(-x^2/2) / (x sqrt(2 pi)) for x = 200: 20,000 / ln 10 + log10(501.33).
    expect(minusLog10OfTail(200)).toBeCloseTo(8_688.5893, 3);
    expect(Number.isFinite(minusLog10OfTail(1e6))).toBe(true);
  });

  test('has no seam where the series hands over to the continued fraction', () => {
    for (const seam of [-2.5, 2.5])
      expect(minusLog10OfTail(seam + 1e-9)).toBeCloseTo(minusLog10OfTail(seam - 1e-9), 7);
  });
});

describe('phi', () => {
  test('is log10 2 when an answer is just due, and grows with the wait', () => {
    expect(phi(steady, 11_000)).toBeCloseTo(0.301_03, 5);
    expect(phi(steady, 12_000)).toBeCloseTo(1.643_016, 5);
    // Three misses at 1 s, noticed 0.8 s after the third was sent: (3,800 - 1,000) / 500 = 5.6 deviations.
    expect(phi(steady, 13_800)).toBeCloseTo(7.969_903, 4);
  });

  test('takes a region that answers irregularly as it is', () => {
    // Intervals 500 and 2,500 in turn: mean 1,500, deviation 1,000, so that 3,500 ms are two deviations.
    const uneven = answeredAt(0, 500, 3_000, 3_500, 6_000, 6_500, 9_000);
    expect(uneven.intervalsMs).toEqual([500, 2_500, 500, 2_500, 500, 2_500]);
    expect(phi(uneven, 12_500)).toBeCloseTo(1.643_016, 5);
  });

  test('is 0 until five intervals are known', () => {
    expect(phi(noArrivals, 1e6)).toBe(0);
    expect(phi(answeredAt(0, 1_000, 2_000, 3_000, 4_000), 60_000)).toBe(0);
    expect(phi(answeredAt(0, 1_000, 2_000, 3_000, 4_000, 5_000), 60_000)).toBeGreaterThan(8);
  });

  test('does not learn from an outage what is usual', () => {
    const after = addArrival(steady, 610_000, 4_000);
    expect(after.intervalsMs).toEqual(steady.intervalsMs);
    expect(phi(after, 611_000)).toBeCloseTo(0.301_03, 5);
  });

  test('remembers the last hundred intervals only', () => {
    let arrivals = noArrivals;
    for (let i = 0; i < 500; i += 1) arrivals = addArrival(arrivals, i * 1_000, 4_000);
    expect(arrivals.intervalsMs).toHaveLength(100);
  });
});
