import { describe, expect, test } from '@jest/globals';
import {
  borderOnly,
  factShortcuts,
  factsOf,
  withoutBorder,
} from '../../../models/evaluate/picture-facts.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { servingSkew } from '../../../models/evaluate/serving-skew.ts';
import { shuffleControl } from '../../../models/evaluate/shuffle-control.ts';

const settings = { seed: 1, resamples: 200 };
const rows = 40;
const labels = Uint8Array.from({ length: rows }, (_, row) => row % 2);
const patients = Array.from({ length: rows }, (_, row) => `p${row}`);
const facts = (width: (row: number) => number) =>
  Array.from({ length: rows }, (_, row) => ({
    width: width(row),
    height: 100,
    fileBytes: 1_000 + row,
    meanGrey: 128 - 20 * (row % 2),
  }));
const titled = (title: RegExp, from: ReturnType<typeof factShortcuts>) =>
  from.baselines.find((baseline) => title.test(baseline.title))?.auroc.value;

describe('shortcuts', () => {
  test('a width that betrays the class is found, in whichever direction', () => {
    const found = factShortcuts(
      facts((row) => 200 - 50 * (row % 2)),
      { labels, patients },
      settings,
    );
    expect(titled(/Width/, found)).toBe(1);
    expect(titled(/Aspect/, found)).toBe(1);
    expect(titled(/grey/, found)).toBe(1);
    expect(titled(/file/, found)).toBeLessThan(0.6);
    expect(found.notes).toEqual([]);
  });

  test('where all pictures have one size, that is said instead of an AUROC', () => {
    const found = factShortcuts(
      facts(() => 224),
      { labels, patients },
      settings,
    );
    expect(titled(/Width/, found)).toBeUndefined();
    expect(found.notes[0]).toContain('224 x 100');
  });

  test('facts are those of the decoded picture', () => {
    const image = { width: 2, height: 1, pixels: Uint8Array.of(10, 30) };
    expect(factsOf(image, 99)).toEqual({ width: 2, height: 1, fileBytes: 99, meanGrey: 20 });
  });

  test('the border alone is a tenth of each edge, of every channel', () => {
    const input = { width: 10, height: 20 } as Parameters<typeof borderOnly>[1];
    const seen = borderOnly(new Float32Array(600).fill(1), input);
    // 200 pixels a channel, of which 8 x 16 lie inside.
    expect(seen.reduce((sum, value) => sum + value, 0)).toBe(3 * (200 - 128));
    expect(seen[2 * 10 + 1]).toBe(0);
    expect(seen[200 + 10 + 5]).toBe(1);
  });

  test('without its border a film is black where the border-only reading sees, and whole elsewhere', () => {
    const input = { width: 10, height: 20, mean: 100, deviation: 50 } as Parameters<
      typeof withoutBorder
    >[1];
    const film = new Float32Array(600).fill(1);
    const border = borderOnly(film, input);
    const rest = withoutBorder(film, input);
    expect(Array.from(rest)).toEqual(Array.from(border, (value) => (value === 1 ? -2 : 1)));
  });
});

test('a head refitted on shuffled labels recognises nothing, and on true labels what there is', () => {
  const random = seededRandom(4);
  const many = 400;
  const truth = Uint8Array.from({ length: many }, (_, row) => Math.floor(row / 2) % 2);
  const features = Float32Array.from(
    { length: many * 3 },
    (_, at) => random() + (at % 3 === 0 ? (truth[Math.floor(at / 3)] ?? 0) : 0),
  );
  const owners = Array.from({ length: many }, (_, row) => `p${Math.floor(row / 2)}`);
  const [refitted, shuffled] = shuffleControl(
    { features, columns: 3, labels: truth, patients: owners },
    settings,
  );
  expect(refitted!.auroc.value).toBeGreaterThan(0.95);
  expect(shuffled!.auroc.value).toBeGreaterThan(0.35);
  expect(shuffled!.auroc.value).toBeLessThan(0.65);
});

test('a set of few patients has no such control', () => {
  const features = new Float32Array(rows).fill(1);
  const few = { features, columns: 1, labels, patients: patients.map((_, row) => `p${row % 4}`) };
  expect(shuffleControl(few, settings)).toEqual([]);
});

test('skew is the difference in logit between the two readings of a film', () => {
  const model = {
    name: 'm',
    version: '1.0.0',
    task: 't',
    calibration: { slope: 1, intercept: 0 },
    threshold: 0.5,
  };
  const skew = servingSkew(
    model,
    {
      originals: Float64Array.of(-2, 1, 3, 0.5),
      copies: Float64Array.of(-1, 1, 1, -0.5),
      labels: Uint8Array.of(0, 0, 1, 1),
      patients: ['a', 'b', 'c', 'd'],
    },
    settings,
  );
  expect(skew).toMatchObject({ films: 4, largest: 2, decisionsChanged: 1 });
  expect(skew.meanLogitDifference).toBeCloseTo(0.5, 12);
  expect(skew.rootMeanSquare).toBeCloseTo(Math.sqrt(6 / 4), 12);
  expect(skew.aurocOriginals).toEqual({ value: 0.75, low: null, high: null });
});
