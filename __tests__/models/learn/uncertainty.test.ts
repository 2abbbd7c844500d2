// Which films are asked about: those in doubt, and not two that are alike.
import { describe, expect, test } from '@jest/globals';
import {
  entropyBits,
  mostUncertain,
  mostUncertainAndDifferent,
} from '../../../models/learn/uncertainty.ts';

describe('entropy', () => {
  test.each([
    [0.5, 1],
    [0, 0],
    [1, 0],
    // -(0.11 log2 0.11 + 0.89 log2 0.89)
    [0.11, 0.499_916],
  ])('of %d is %d bits', (probability, bits) => {
    expect(entropyBits(probability)).toBeCloseTo(bits, 5);
    expect(entropyBits(1 - probability)).toBeCloseTo(bits, 5);
  });

  test('ranks films as the distance from one half does', () => {
    const probabilities = Float64Array.of(0.9, 0.45, 0.02, 0.6, 0.5);
    const byEntropy = [...probabilities.keys()].sort(
      (a, b) => entropyBits(probabilities[b]!) - entropyBits(probabilities[a]!),
    );
    expect(mostUncertain(probabilities, 5)).toEqual(byEntropy);
  });
});

test('no more films are named than there are, and of equals the earlier first', () => {
  expect(mostUncertain(Float64Array.of(0.25, 0.75), 9)).toEqual([0, 1]);
  expect(mostUncertain(new Float64Array(), 3)).toEqual([]);
});

describe('difference', () => {
  const pool = (rows: readonly (readonly [number, number])[], labelled: number[] = []) => ({
    probabilities: new Float64Array(rows.length).fill(0.5),
    features: Float32Array.from(rows.flat()),
    columns: 2,
    labelledFeatures: Float32Array.from(labelled),
  });

  test('each pick is farthest from all that is picked', () => {
    const line = pool([
      [0, 0],
      [1, 0],
      [9, 0],
      [10, 0],
    ]);
    // The first, then the far end, then the one whose nearest pick is farthest.
    expect(mostUncertainAndDifferent(line, 3)).toEqual([0, 3, 1]);
  });

  test('what is labelled counts as picked', () => {
    const near = pool(
      [
        [0, 0],
        [5, 5],
      ],
      [0, 1],
    );
    expect(mostUncertainAndDifferent(near, 1)).toEqual([1]);
  });

  test('a certain film is not asked about, however different it is', () => {
    const rows = Array.from({ length: 10 }, (_, row) => [row / 100, 0] as const);
    const far = pool([...rows, [1_000, 1_000]]);
    far.probabilities[10] = 0.999;
    expect(mostUncertainAndDifferent(far, 2)).not.toContain(10);
  });

  test('twins are both named when nothing else is left', () => {
    const twins = pool([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(new Set(mostUncertainAndDifferent(twins, 3))).toEqual(new Set([0, 1, 2]));
    expect(mostUncertainAndDifferent(pool([]), 3)).toEqual([]);
  });
});
