import { expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { choosePenalty, logLoss } from '../../../models/train/choose-penalty.ts';

/** One column tells the class, with noise; fifty tell nothing. */
function noisy(rows: number, seed: number) {
  const random = seededRandom(seed);
  const columns = 51;
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % 2);
  const features = Float32Array.from({ length: rows * columns }, (_, at) => {
    const signal = at % columns === 0 ? labels[Math.floor(at / columns)]! : 0;
    return signal + 2 * (random() + random() - 1);
  });
  return { features, columns, labels };
}

test('where most columns are noise, validation asks for a strong penalty', () => {
  const tried: number[] = [];
  const best = choosePenalty(noisy(80, 1), noisy(400, 2), {
    grid: [0.0003, 0.003, 0.03, 0.3],
    onFit: ({ l2 }) => tried.push(l2),
  });
  expect(tried).toEqual([0.0003, 0.003, 0.03, 0.3]);
  expect(best.l2).toBeGreaterThanOrEqual(0.03);
  expect(best.validationLogits).toHaveLength(400);
});

test('log loss of a coin is ln 2, of certainty in what came true 0, and stays finite in error', () => {
  expect(logLoss(Float64Array.of(0.5, 0.5), Uint8Array.of(0, 1))).toBeCloseTo(Math.LN2, 12);
  expect(logLoss(Float64Array.of(0, 1), Uint8Array.of(0, 1))).toBe(0);
  expect(Number.isFinite(logLoss(Float64Array.of(1, 0), Uint8Array.of(0, 1)))).toBe(true);
});
