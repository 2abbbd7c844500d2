import { describe, expect, test } from '@jest/globals';
import {
  agreement,
  gradeConfusion,
  gradeOf,
  gradeOfSublabel,
  gradeProbabilities,
} from '../../../models/evaluate/grades.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';

describe('the grade', () => {
  test('is the number of cumulative logits above their cuts', () => {
    expect(gradeOf([3, 1, -1, -3], [0, 0, 0, 0])).toBe(2);
    expect(gradeOf([3, 1, -1, -3], [0, 1, 0, 0])).toBe(1);
    expect(gradeOf([-1, -1, -1, -1], [0, 0, 0, 0])).toBe(0);
    expect(gradeOf([5, 5, 5, 5], [0, 0, 0, 0])).toBe(4);
  });

  test('has probabilities from the differences of the sigmoids', () => {
    const logit = (p: number) => Math.log(p / (1 - p));
    const probabilities = gradeProbabilities([0.9, 0.6, 0.2, 0.05].map(logit));
    [0.1, 0.3, 0.4, 0.15, 0.05].forEach((expected, grade) =>
      expect(probabilities[grade]).toBeCloseTo(expected, 12),
    );
  });

  test('never has a negative probability where the cumulative ones cross', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 100; round++) {
      const probabilities = gradeProbabilities(
        Array.from({ length: 4 }, () => 10 * (random() - 0.5)),
      );
      expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    }
    expect(gradeProbabilities([0, 2])).toEqual([0.5, 0, 0.5]);
  });

  test('is read from a sublabel with or without KL, and from nothing else', () => {
    expect(
      ['KL0', 'KL 4', '3', 'KL5', 'bacteria', '', '22'].map((s) => gradeOfSublabel(s, 5)),
    ).toEqual([0, 4, 3, null, null, null, null]);
  });
});

const names = ['a', 'b', 'c'];
const rows = (pairs: readonly (readonly [actual: number, predicted: number])[]) => ({
  names,
  actual: Uint8Array.from(pairs, ([actual]) => actual),
  predicted: Uint8Array.from(pairs, ([, predicted]) => predicted),
});
const once = (n: number) => new Float64Array(n).fill(1);

describe('agreement between two gradings', () => {
  test('counts actual grades down and predicted ones across, as often as the weights say', () => {
    const graded = rows([
      [0, 0],
      [0, 2],
      [1, 1],
    ]);
    expect(gradeConfusion(graded, Float64Array.of(1, 3, 2)).counts).toEqual([
      [1, 0, 3],
      [0, 2, 0],
      [0, 0, 0],
    ]);
  });

  test('by hand: 10 of 12 equal, one a grade off, one two grades off', () => {
    const counts = [
      [4, 0, 1],
      [0, 3, 1],
      [0, 0, 3],
    ];
    // Seen: 1 x 4 + 1 x 1 = 5. Marginals 5, 4, 3 and 4, 3, 5. Expected: sum (i - j)^2 r c / 12
    // = (5 x 3 + 4 x 5 x 5 + 4 x 4 + 4 x 5 + 4 x 3 x 4 + 3 x 3) / 12 = 208 / 12.
    const { gradeAccuracy, quadraticKappa } = agreement({ names, counts });
    expect(gradeAccuracy).toBeCloseTo(10 / 12, 12);
    expect(quadraticKappa).toBeCloseTo(1 - 60 / 208, 12);
  });

  test('is 1 for equal gradings, 0 for independent ones, -1 for opposed ones', () => {
    const kappa = (counts: number[][]) => agreement({ names, counts }).quadraticKappa;
    expect(
      kappa([
        [2, 0, 0],
        [0, 5, 0],
        [0, 0, 3],
      ]),
    ).toBe(1);
    expect(
      kappa([
        [1, 2, 1],
        [2, 4, 2],
        [1, 2, 1],
      ]),
    ).toBeCloseTo(0, 12);
    expect(
      kappa([
        [0, 0, 5],
        [0, 0, 0],
        [5, 0, 0],
      ]),
    ).toBe(-1);
    expect(
      kappa([
        [5, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]),
    ).toBeNaN();
  });

  test('with equal marginals kappa is the product-moment correlation (Cohen 1968)', () => {
    const counts = [
      [20, 5, 1],
      [4, 11, 6],
      [2, 5, 9],
    ];
    const pairs = counts.flatMap((row, i) =>
      row.flatMap((count, j) => Array.from({ length: count }, () => [i, j] as const)),
    );
    const mean = (axis: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[axis], 0) / pairs.length;
    const [mx, my] = [mean(0), mean(1)];
    const moment = (a: 0 | 1, b: 0 | 1) =>
      pairs.reduce((sum, p) => sum + (p[a] - (a ? my : mx)) * (p[b] - (b ? my : mx)), 0);
    const correlation = moment(0, 1) / Math.sqrt(moment(0, 0) * moment(1, 1));
    const graded = rows(pairs);
    const { quadraticKappa } = agreement(gradeConfusion(graded, once(pairs.length)));
    expect(quadraticKappa).toBeCloseTo(correlation, 12);
  });
});
