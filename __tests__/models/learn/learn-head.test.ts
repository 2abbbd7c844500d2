// A head from labelled features: what it finds, what it holds out, and what is too little.
import { describe, expect, test } from '@jest/globals';
import { calibrated } from '../../../models/evaluate/calibrate.ts';
import { youdenThreshold } from '../../../models/evaluate/threshold.ts';
import { auroc } from '../../../models/evaluate/metrics.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import type { LabelledFeatures } from '../../../models/learn/feature-rows.ts';
import { learnHead } from '../../../models/learn/learn-head.ts';
import type { OperatingPoint } from '../../../models/learn/learn-head.ts';
import { logits } from '../../../models/train/logistic.ts';

const columns = 4;

/** Two patients' films a pair; the class shifts the first column. */
function films(count: number, seed: number, positives = (row: number) => row % 4 < 2) {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({ length: count }, (_, row) => Number(positives(row)));
  return {
    features: Float32Array.from(
      { length: count * columns },
      (_, at) =>
        random() + (at % columns === 0 ? (labels[Math.floor(at / columns)] ?? 0) * 0.9 : 0),
    ),
    columns,
    labels,
    grades: Array.from(labels, () => null),
    patients: Array.from(labels, (_, row) => `P${seed}-${Math.floor(row / 2)}`),
  } satisfies LabelledFeatures;
}

/** Adds up nothing but the column that tells, as its films do. */
const incumbent = {
  head: { weights: Float64Array.of(4, 0, 0, 0), bias: -3.6 },
  grades: null,
  calibration: { slope: 1, intercept: 0 },
  threshold: 0.5,
};
const common = { penalties: [0.01, 1], coverage: 0.8, seed: 3, incumbent };

describe('without another set', () => {
  test('the lake is split, and the head tells films it has never seen', () => {
    const { head, rows, threshold, band } = learnHead({
      ...common,
      labelled: films(200, 1),
      reference: null,
    });
    expect(rows).toEqual({ lake: 120, graded: 0, reference: 0, validation: 80 });
    const unseen = films(200, 2);
    expect(auroc(logits(head.model, unseen.features), unseen.labels)).toBeGreaterThan(0.9);
    expect(band.low).toBeLessThanOrEqual(threshold);
    expect(band.high).toBeGreaterThanOrEqual(threshold);
    expect(band.coverage).toBeCloseTo(0.8, 1);
  });

  test('the same seed holds out the same films, another one others', () => {
    const learned = (seed: number) =>
      learnHead({ ...common, seed, labelled: films(200, 1), reference: null }).head.model.bias;
    expect(learned(3)).toBe(learned(3));
    expect(learned(3)).not.toBe(learned(4));
  });
});

describe('with a labelled set', () => {
  test('its rows are learned from together with the lake, and its validation rows choose', () => {
    const { rows } = learnHead({
      ...common,
      labelled: films(20, 1),
      reference: { train: films(60, 5), validation: films(100, 6) },
    });
    expect(rows).toEqual({ lake: 20, graded: 0, reference: 60, validation: 100 });
  });

  test('the lake alone is learned from where that is asked for', () => {
    const validation = films(100, 6);
    const { rows } = learnHead({
      ...common,
      labelled: films(40, 1),
      reference: { train: null, validation },
    });
    expect(rows).toEqual({ lake: 40, graded: 0, reference: 0, validation: 100 });
  });
});

describe('the threshold', () => {
  const validation = films(200, 6);
  const found = ({ head, calibration, threshold }: Omit<OperatingPoint, 'grades'>) =>
    logits(head, validation.features).filter(
      (logit, row) => validation.labels[row] === 1 && calibrated(calibration, logit) >= threshold,
    ).length;
  const learned = (threshold: number) =>
    learnHead({
      ...common,
      incumbent: { ...incumbent, threshold },
      labelled: films(60, 1),
      reference: { train: null, validation },
    });

  test.each([0.3, 0.5, 0.8])('finds as many of the sick as the incumbent does at %d', (point) => {
    const { head, threshold } = learned(point);
    const own = { head: head.model, calibration: head.calibration, threshold };
    expect(found(own)).toBe(found({ ...incumbent, threshold: point }));
  });

  test('is that of the largest Youden index where the incumbent finds none', () => {
    expect(found({ ...incumbent, threshold: 1 })).toBe(0);
    const { head, threshold } = learned(1);
    const probabilities = head.validationLogits.map((logit) => calibrated(head.calibration, logit));
    expect(threshold).toBe(youdenThreshold(probabilities, validation.labels));
  });
});

describe('too few labels are refused', () => {
  test('when fewer than ten films of a class are learned from', () => {
    const one = films(40, 1, (row) => row < 9);
    expect(() =>
      learnHead({
        ...common,
        labelled: one,
        reference: { train: null, validation: films(100, 6) },
      }),
    ).toThrow(
      expect.objectContaining({
        code: 'too-few-labels',
        message: expect.stringContaining('9 films with the finding and 31 without'),
      }),
    );
  });

  test('when the lake itself holds next to none, whatever is learned from beside it', () => {
    const reference = { train: films(60, 5), validation: films(100, 6) };
    expect(() => learnHead({ ...common, labelled: films(9, 1), reference })).toThrow(
      /^9 films of the lake have a label/,
    );
  });

  test('when fewer than 25 films of a class choose the threshold', () => {
    expect(() => learnHead({ ...common, labelled: films(60, 1), reference: null })).toThrow(
      /At least 25 of each/,
    );
  });
});
