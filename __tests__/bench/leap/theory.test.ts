// The closed forms against each other, against arithmetic done by hand, and against the figures that were first measured.
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  allDeadShare,
  detection,
  downtimeCdf,
  downtimeQuantile,
  meanAttemptDelay,
  meanDowntime,
  widenedMeanDowntime,
  zeroDowntimeShare,
} from '../../../bench/leap/theory.ts';

const single = { rewrite: 3.4, held: 10, aliveShare: 0 };
const arbitraryLoss = fc
  .record({
    held: fc.double({ min: 1, max: 300, noNaN: true }),
    part: fc.double({ min: 0.01, max: 1, noNaN: true }),
    aliveShare: fc.double({ min: 0, max: 0.95, noNaN: true }),
  })
  .map(({ held, part, aliveShare }) => ({ held, aliveShare, rewrite: held * part }));

describe('single addresses', () => {
  test('cost D + T/2, and D + 0.95 T for one in twenty', () => {
    expect(meanDowntime(single)).toBeCloseTo(8.4, 9);
    expect(downtimeQuantile(single, 0.95)).toBeCloseTo(12.9, 9);
    expect(downtimeQuantile(single, 0.99)).toBeCloseTo(13.3, 9);
    expect(zeroDowntimeShare(single)).toBe(0);
  });
});

describe('a hedge', () => {
  test('spares its share of the mean, whatever D and T', () => {
    fc.assert(
      fc.property(arbitraryLoss, (loss) => {
        const bare = meanDowntime({ ...loss, aliveShare: 0 });
        expect(meanDowntime(loss)).toBeCloseTo((1 - loss.aliveShare) * bare, 9);
      }),
    );
  });

  test('has a distribution whose mean is that of the closed form, and whose atom at zero is the zero share', () => {
    fc.assert(
      fc.property(arbitraryLoss, (loss) => {
        // The mean of a downtime is the integral of what exceeds each length: midpoints of 4,000 slices.
        const most = loss.held + loss.rewrite;
        const slices = 4_000;
        let mean = 0;
        for (let i = 0; i < slices; i += 1)
          mean += ((1 - downtimeCdf(loss, ((i + 0.5) * most) / slices)) * most) / slices;
        expect(Math.abs(mean / meanDowntime(loss) - 1)).toBeLessThan(0.002);
        expect(downtimeCdf(loss, 0)).toBeCloseTo(zeroDowntimeShare(loss), 6);
      }),
      { numRuns: 50 },
    );
  });

  test('has quantiles that its distribution reaches there, and that rise', () => {
    fc.assert(
      fc.property(arbitraryLoss, (loss) => {
        const quantiles = [0.5, 0.95, 0.99].map((share) => downtimeQuantile(loss, share));
        expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b));
        for (const [i, share] of [0.5, 0.95, 0.99].entries())
          expect(downtimeCdf(loss, quantiles[i]! + 1e-6)).toBeGreaterThanOrEqual(share - 1e-6);
      }),
    );
  });

  test('spares nobody for certain once the rewrite takes many lives of an entry', () => {
    expect(zeroDowntimeShare({ rewrite: 30, held: 10, aliveShare: 0.5 })).toBeCloseTo(0.5 ** 4, 9);
  });
});

// The first trials: T = 10 s on five resolvers, which keep it for 10 to 11 s; D was 3.07, 3.98 and 3.05 s; 60 caches an arm.
test.each([
  ['single', 0, 7.8],
  ['hedge 1 : 1', 1 / 2, 3.59],
  ['duplicate sets', 2 / 3, 3.02],
  ['multi {E,W}', 1 / 2, 4.23],
  ['multi {E,W,W2}', 2 / 3, 2.79],
])(
  '%s is within two standard errors (0.5 s) of what was first measured',
  (_, aliveShare, measured) => {
    const theory = meanDowntime({ rewrite: 3.37, held: 10.4, aliveShare });
    expect(Math.abs(theory - measured)).toBeLessThan(2 * 0.5);
  },
);

describe('widening', () => {
  test('gains nothing when it comes with the rewrite, and is never worse than single', () => {
    const late = { widened: 3.4, rewrite: 3.4, held: 10, widenedHeld: 2, aliveShare: 0.5 };
    expect(widenedMeanDowntime(late)).toBeCloseTo(meanDowntime(single), 9);
    const soon = widenedMeanDowntime({ ...late, widened: 1.4 });
    expect(soon).toBeLessThan(meanDowntime(single));
    // 1.4 + 5 + 0.5 (2 + 2) / 10
    expect(soon).toBeCloseTo(6.6, 9);
  });

  test('is not told where the form does not hold', () => {
    const wrong = { widened: 5, rewrite: 3.4, held: 10, widenedHeld: 2, aliveShare: 0.5 };
    expect(() => widenedMeanDowntime(wrong)).toThrow('0 <= D - D1 <= T');
  });
});

test('three misses a second apart are seen after 2.8 to 3.8 s', () => {
  const seen = detection({ interval: 1, timeout: 0.8, misses: 3 });
  expect(seen.least).toBeCloseTo(2.8, 9);
  expect(seen.mean).toBeCloseTo(3.3, 9);
  expect(seen.most).toBeCloseTo(3.8, 9);
});

test('three questions to a pool of hedged caches all meet the dead in one of 27', () => {
  expect(allDeadShare(2 / 3, 3)).toBeCloseTo(1 / 27, 9);
});

test('trying every address costs a quarter of a second in the share that begins with the dead', () => {
  expect(meanAttemptDelay(2 / 3, 0.25)).toBeCloseTo(0.25 / 3, 9);
});
