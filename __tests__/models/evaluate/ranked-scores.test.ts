import { describe, expect, test } from '@jest/globals';
import { rankedScores } from '../../../models/evaluate/ranked-scores.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';

/** Tries every threshold, one by one. */
function bestBySearch(
  scores: Float64Array,
  labels: Uint8Array,
  weights: Float64Array,
): { sensitivity: number; specificity: number }[] {
  const share = (label: number, called: (score: number) => boolean) => {
    let hit = 0;
    let all = 0;
    scores.forEach((score, row) => {
      if (labels[row] !== label) return;
      all += weights[row]!;
      if (called(score)) hit += weights[row]!;
    });
    return hit / all;
  };
  return [...scores, Infinity].map((threshold) => ({
    sensitivity: share(1, (score) => score >= threshold),
    specificity: share(0, (score) => score < threshold),
  }));
}

describe('sensitivity at a fixed specificity, and the reverse', () => {
  const scores = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  const labels = Uint8Array.of(0, 0, 1, 0, 0, 1, 0, 1, 1, 1);
  const once = new Float64Array(10).fill(1);
  const ranked = rankedScores(scores, labels);

  test('by hand on ten rows', () => {
    // To clear 4 of the 5 negatives (1, 2, 4, 5) the threshold lies at 6: positives 6, 8, 9, 10 of 5 are called.
    expect(ranked.sensitivityAt(0.8, once)).toBeCloseTo(0.8, 12);
    expect(ranked.sensitivityAt(0.81, once)).toBeCloseTo(0.6, 12);
    expect(ranked.sensitivityAt(0, once)).toBe(1);
    // To call all 5 positives the threshold lies at 3: negatives 1 and 2 are cleared.
    expect(ranked.specificityAt(1, once)).toBeCloseTo(0.4, 12);
    expect(ranked.specificityAt(0.8, once)).toBeCloseTo(0.8, 12);
  });

  test('nothing is gained by calling nobody: where the best score is a negative, sensitivity is 0', () => {
    const tied = rankedScores(Float64Array.of(1, 2, 2), Uint8Array.of(0, 1, 0));
    expect(tied.sensitivityAt(0.9, new Float64Array(3).fill(1))).toBe(0);
    expect(tied.sensitivityAt(0.5, new Float64Array(3).fill(1))).toBe(1);
  });

  test('agree with trying every threshold, on 200 random sets with ties and weights', () => {
    const random = seededRandom(12);
    for (let round = 0; round < 200; round++) {
      const n = 2 + Math.floor(random() * 30);
      const drawn = Float64Array.from({ length: n }, () => Math.floor(random() * 8));
      const classes = Uint8Array.from({ length: n }, (_, i) =>
        i < 2 ? i : random() < 0.4 ? 1 : 0,
      );
      const weights = Float64Array.from({ length: n }, (_, i) =>
        i < 2 ? 1 : Math.floor(random() * 3),
      );
      const wanted = random();
      const points = bestBySearch(drawn, classes, weights);
      const best = (
        keep: (point: (typeof points)[number]) => boolean,
        of: keyof (typeof points)[number],
      ) => Math.max(...points.filter(keep).map((point) => point[of]));
      const found = rankedScores(drawn, classes);
      expect(found.sensitivityAt(wanted, weights)).toBeCloseTo(
        best((point) => point.specificity >= wanted, 'sensitivity'),
        12,
      );
      expect(found.specificityAt(wanted, weights)).toBeCloseTo(
        best((point) => point.sensitivity >= wanted, 'specificity'),
        12,
      );
    }
  });

  test('are not a number where the weights leave one class only', () => {
    const positivesOnly = Float64Array.from(labels);
    expect(ranked.sensitivityAt(0.9, positivesOnly)).toBeNaN();
    expect(
      ranked.specificityAt(
        0.9,
        positivesOnly.map((weight) => 1 - weight),
      ),
    ).toBeNaN();
  });
});
