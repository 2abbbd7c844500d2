// Active learning on clouds of points where what is worth asking is known.
import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import type { LabelledFeatures } from '../../../models/learn/feature-rows.ts';
import { interval, learningReport } from '../../../models/learn/learning-report.ts';
import { simulateLearning, strategies } from '../../../models/learn/simulate-learning.ts';
import type { Strategy } from '../../../models/learn/simulate-learning.ts';

const columns = 6;

/** Most films lie far on either side, and only those in the middle tell where the border is. */
function cloud(count: number, seed: number, farShare = 0.9): LabelledFeatures {
  const random = seededRandom(seed);
  const features = new Float32Array(count * columns);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const far = random() < farShare ? (random() < 0.5 ? -4 : 4) : 0;
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const value = random() - 0.5 + (column === 0 ? far : 0);
      features[row * columns + column] = value;
      sum += value;
    }
    labels[row] = Number(sum > 0);
  }
  return {
    features,
    columns,
    labels,
    grades: Array.from(labels, () => null),
    patients: Array.from(labels, (_, row) => `P${seed}-${row >> 1}`),
  };
}

const sets = { pool: cloud(400, 1), validation: cloud(100, 2, 0.5), test: cloud(300, 3, 0) };
const settings = { patientsAtStart: 10, filmsPerRound: 10, filmsMax: 65, penalties: [0.01] };
const run = (strategy: Strategy, seed: number) => [
  ...simulateLearning(sets, { ...settings, strategy, seed }),
];

describe('a simulation', () => {
  test('labels both films of each first patient, then a round at a time, and never beyond the most', () => {
    expect(run('uncertain', 1).map(({ films }) => films)).toEqual([20, 30, 40, 50, 60]);
  });

  test('starts alike for every strategy of a seed, and differently for another seed', () => {
    const starts = strategies.map((strategy) => run(strategy, 4)[0]!.auroc);
    expect(new Set(starts).size).toBe(1);
    expect(run('random', 5)[0]!.auroc).not.toBe(starts[0]);
  });

  test('repeats exactly', () => {
    expect(run('uncertain-and-different', 2)).toEqual(run('uncertain-and-different', 2));
  });
});

test('where the films in the middle matter, asking about uncertain ones gains over lots', () => {
  const runs = [1, 2, 3, 4].flatMap((seed) =>
    strategies.map((strategy) => ({ strategy, seed, rounds: run(strategy, seed) })),
  );
  const { comparisons, says, curves } = learningReport(runs);
  const uncertain = comparisons.find(({ strategy }) => strategy === 'uncertain')!;
  expect(uncertain.gain.low).toBeGreaterThan(0);
  expect(uncertain.filmsToMatch).toBeLessThan(60);
  expect(says).toContain('Asking about the most uncertain films gains over drawing by lot');
  expect(curves).toHaveLength(3 * 5);
});

describe('the report', () => {
  const flat = (strategy: Strategy, seed: number, aurocs: readonly number[]) => ({
    strategy,
    seed,
    rounds: aurocs.map((auroc, at) => ({ films: 100 * (at + 1), auroc, l2: 1 })),
  });

  test('says so when there is no gain', () => {
    const { says } = learningReport([
      flat('random', 1, [0.7, 0.8]),
      flat('random', 2, [0.7, 0.8]),
      flat('uncertain', 1, [0.7, 0.81]),
      flat('uncertain', 2, [0.7, 0.79]),
    ]);
    expect(says).toContain('shows no gain over drawing by lot: +0.0000');
  });

  test('says so when asking loses', () => {
    const { says, comparisons } = learningReport([
      flat('random', 1, [0.7, 0.8]),
      flat('random', 2, [0.7, 0.8]),
      flat('uncertain', 1, [0.7, 0.75]),
      flat('uncertain', 2, [0.7, 0.751]),
    ]);
    expect(says).toContain('loses against drawing by lot');
    expect(comparisons[0]!.filmsToMatch).toBeNull();
  });

  test('has Student\u2019s interval over seeds', () => {
    // Mean 2, deviation 1, t(2 degrees, 97.5 %) = 4.303: half a width of 4.303 / sqrt(3).
    const { value, low, high } = interval([1, 2, 3]);
    expect(value).toBe(2);
    expect(low).toBeCloseTo(2 - 2.484, 3);
    expect(high).toBeCloseTo(2 + 2.484, 3);
    expect(() => interval([1])).toThrow('1 seeds');
  });
});
