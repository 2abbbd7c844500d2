import { expect, test } from '@jest/globals';
import { seededRandom, shuffled } from '../../../models/evaluate/seeded-random.ts';

const draws = (seed: number, n: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => random());
};

test('the same seed gives the same numbers, another seed gives others', () => {
  expect(draws(7, 20)).toEqual(draws(7, 20));
  expect(draws(7, 20)).not.toEqual(draws(8, 20));
  expect(draws(2 ** 32 + 7, 20)).not.toEqual(draws(7, 20));
});

test('numbers lie in [0, 1), fill ten bins evenly and do not follow one another', () => {
  const n = 100_000;
  const numbers = draws(1, n);
  expect(Math.min(...numbers.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
  expect(numbers.every((value) => value >= 0 && value < 1)).toBe(true);
  const bins = new Float64Array(10);
  for (const value of numbers) bins[Math.floor(value * 10)]! += 1;
  const chiSquare = bins.reduce((sum, seen) => sum + (seen - n / 10) ** 2 / (n / 10), 0);
  // 27.9 is the 0.999 quantile of chi-square with nine degrees of freedom.
  expect(chiSquare).toBeLessThan(27.9);
  let lag = 0;
  for (let index = 1; index < n; index++)
    lag += (numbers[index]! - 0.5) * (numbers[index - 1]! - 0.5);
  expect(Math.abs(lag / n / (1 / 12))).toBeLessThan(0.02);
});

test('a shuffle holds every number once and is not the identity', () => {
  const order = shuffled(100, seededRandom(3));
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect([...order]).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect([...shuffled(0, seededRandom(3))]).toEqual([]);
});
