import { describe, expect, test } from '@jest/globals';
import { bootstrapped, quantile } from '../../../models/evaluate/bootstrap.ts';
import type { Scored } from '../../../models/evaluate/metrics.ts';
import { ratesAt } from '../../../models/evaluate/metrics.ts';
import { rankedScores } from '../../../models/evaluate/ranked-scores.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';

/** Labels by a fair coin; the score follows the label with noise. Each patient owns `films` identical rows. */
function cohort(patients: number, films: number, seed: number) {
  const random = seededRandom(seed);
  const probabilities: number[] = [];
  const labels: number[] = [];
  const owners: string[] = [];
  for (let patient = 0; patient < patients; patient++) {
    const label = random() < 0.5 ? 1 : 0;
    const probability = Math.min(1, Math.max(0, 0.3 + 0.4 * label + 0.6 * (random() - 0.5)));
    for (let film = 0; film < films; film++) {
      probabilities.push(probability);
      labels.push(label);
      owners.push(`p${patient}`);
    }
  }
  return {
    probabilities: Float64Array.from(probabilities),
    labels: Uint8Array.from(labels),
    patients: owners,
  };
}
const settings = { seed: 1 };

function estimate(scored: Scored, options: { seed: number; resamples?: number }) {
  const ranked = rankedScores(scored.probabilities, scored.labels);
  return bootstrapped(
    (weights) => ({ auroc: ranked.auroc(weights), ...ratesAt(scored, 0.5, weights) }),
    { ...options, patients: scored.patients },
  );
}

const width = ({ low, high }: { low: number; high: number }) => high - low;

describe('intervals', () => {
  test('enclose the value and repeat exactly for the same seed', () => {
    const scored = cohort(200, 1, 5);
    const first = estimate(scored, settings);
    expect(estimate(scored, settings)).toEqual(first);
    expect(estimate(scored, { ...settings, seed: 2 })).not.toEqual(first);
    for (const { value, low, high } of Object.values(first)) {
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
  });

  test('of accuracy are as wide as the binomial standard error says', () => {
    const { accuracy } = estimate(cohort(400, 1, 6), settings);
    const expected = 2 * 1.96 * Math.sqrt((accuracy.value * (1 - accuracy.value)) / 400);
    expect(width(accuracy) / expected).toBeGreaterThan(0.85);
    expect(width(accuracy) / expected).toBeLessThan(1.15);
  });

  test('do not shrink when every patient is filmed four times: patients are resampled, not films', () => {
    const once = estimate(cohort(150, 1, 7), settings);
    const fourTimes = estimate(cohort(150, 4, 7), settings);
    expect(fourTimes.auroc.value).toBeCloseTo(once.auroc.value, 12);
    expect(width(fourTimes.auroc)).toBeCloseTo(width(once.auroc), 12);
    expect(width(fourTimes.accuracy)).toBeCloseTo(width(once.accuracy), 12);
  });

  test('hold the true accuracy in about 95 of 100 cohorts', () => {
    // P(error) = P(noise beyond 0.2 of +-0.3 on one side) = 1/6.
    const truth = 5 / 6;
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { accuracy } = estimate(cohort(120, 1, 1_000 + seed), { ...settings, resamples: 200 });
      if (accuracy.low <= truth && truth <= accuracy.high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(178);
    expect(held).toBeLessThanOrEqual(199);
  });
});

describe('a set too small for intervals is refused', () => {
  test('one patient', () => {
    const scored = {
      probabilities: Float64Array.of(0.1, 0.9),
      labels: Uint8Array.of(0, 1),
      patients: ['a', 'a'],
    };
    expect(() => estimate(scored, settings)).toThrow(
      expect.objectContaining({ code: 'too-few-patients' }),
    );
  });

  test('two patients, one per class, are the least that works', () => {
    const scored = {
      probabilities: Float64Array.of(0.1, 0.9),
      labels: Uint8Array.of(0, 1),
      patients: ['a', 'b'],
    };
    expect(estimate(scored, settings).auroc).toEqual({ value: 1, low: 1, high: 1 });
  });
});

test('quantiles interpolate between order statistics', () => {
  expect(quantile([4, 1, 3, 2], 0)).toBe(1);
  expect(quantile([4, 1, 3, 2], 1)).toBe(4);
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([4, 1, 3, 2], 0.1)).toBeCloseTo(1.3, 12);
});
