import { describe, expect, test } from '@jest/globals';
import { kappaFigure, shareFigure } from '../../../models/evaluate/group-figure.ts';
import { divisionsOf, subgroups } from '../../../models/evaluate/subgroups.ts';

const row = (file: string, sublabel: string, originalSplit = 'test') => ({
  file,
  sublabel,
  originalSplit,
});

describe('rows are divided', () => {
  test('by sublabel, by the side that ends the file name, and by the authors\u2019 split', () => {
    const rows = [row('a/1L.jpg', 'KL0'), row('a/1R.jpg', 'KL2', 'train')];
    expect(divisionsOf(rows)).toEqual([
      { by: 'sublabel', groups: ['KL0', 'KL2'] },
      { by: 'side', groups: ['left', 'right'] },
      { by: 'original split', groups: ['test', 'train'] },
    ]);
  });

  test('not by side where one file names none, and not into a single group', () => {
    expect(divisionsOf([row('1L.jpg', 'x'), row('IM-2.jpg', 'x')])).toEqual([]);
  });
});

/** Forty patients: 20 normal, 19 bacterial and 1 viral; scores rise with the row. */
const scored = {
  probabilities: Float64Array.from({ length: 40 }, (_, i) => (i + 0.5) / 40),
  labels: Uint8Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1)),
  patients: Array.from({ length: 40 }, (_, i) => `p${i}`),
};
const groups = Array.from({ length: 40 }, (_, i) =>
  i < 20 ? 'normal' : i < 39 ? 'bacteria' : 'virus',
);
const settings = { seed: 1, resamples: 200, threshold: 0.4 };

describe('subgroups', () => {
  const [bacteria, normal, virus] = subgroups(scored, [{ by: 'sublabel', groups }], settings);

  test('of one class are told from everybody of the other class', () => {
    expect(bacteria).toMatchObject({ name: 'bacteria', n: 19, patients: 19, positives: 19 });
    expect(bacteria!.auroc).toEqual({ value: 1, low: 1, high: 1 });
    expect(normal).toMatchObject({ name: 'normal', positives: 0 });
    expect(normal!.flagged.value).toBeCloseTo(4 / 20, 12);
    expect(normal!.flagged.low).toBeLessThan(0.2);
    expect(normal!.flagged.high).toBeGreaterThan(0.2);
    expect(normal).not.toHaveProperty('sensitivity');
  });

  test('of few patients state their number and no interval', () => {
    expect(virus).toMatchObject({
      n: 1,
      auroc: { value: 1, low: null, high: null },
      flagged: { value: 1, low: null, high: null },
    });
  });

  test('of both classes have rates of their own', () => {
    const sides = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'left' : 'right'));
    const [left] = subgroups(scored, [{ by: 'side', groups: sides }], settings);
    expect(left!.sensitivity!.value).toBe(1);
    expect(left!.specificity!.value).toBeCloseTo(8 / 10, 12);
  });
});

test('a share of all or none still has an interval, the exact one', () => {
  const patients = Array.from({ length: 30 }, (_, i) => `p${i}`);
  const all = shareFigure(
    patients.map(() => true),
    patients,
    { seed: 1 },
  );
  // Clopper-Pearson for 30 of 30: 0.025 ^ (1 / 30).
  expect(all).toEqual({ value: 1, low: expect.closeTo(0.8843, 4), high: 1 });
  const none = shareFigure(
    patients.map(() => false),
    patients,
    { seed: 1 },
  );
  expect(none).toEqual({ value: 0, low: 0, high: expect.closeTo(0.1157, 4) });
});

test('kappa is agreement beyond chance: 20 and 15 of 50 agree, which is 0.4 of what chance leaves', () => {
  // Cohen's textbook table: both yes 20, only the decision 5, only the label 10, both no 15.
  const cells = [
    [0.9, 1, 20],
    [0.9, 0, 5],
    [0.1, 1, 10],
    [0.1, 0, 15],
  ] as const;
  const rows = cells.flatMap(([probability, label, count]) =>
    Array.from({ length: count }, () => ({ probability, label })),
  );
  const read = {
    probabilities: Float64Array.from(rows, ({ probability }) => probability),
    labels: Uint8Array.from(rows, ({ label }) => label),
    patients: rows.map((_, at) => `P${at}`),
  };
  const { value, low, high } = kappaFigure(read, 0.5, { seed: 1, resamples: 200 });
  expect(value).toBeCloseTo(0.4, 12);
  expect(low).toBeLessThan(0.4);
  expect(high).toBeGreaterThan(0.4);
});
