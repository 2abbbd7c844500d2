import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { columnScale, fitLogistic, logisticLoss, logits } from '../../../models/train/logistic.ts';

const exact = { gradientNormMax: 1e-11, iterationsMax: 500 };

function randomSamples(rows: number, columns: number, seed: number) {
  const random = seededRandom(seed);
  const features = Float64Array.from(
    { length: rows * columns },
    (_, at) => (1 + (at % columns)) * (random() - 0.3) + 10 * (at % columns),
  );
  const labels = Uint8Array.from({ length: rows }, (_, row) =>
    features[row * columns]! + random() > 0.7 ? 1 : 0,
  );
  return { features, columns, labels };
}

describe('logistic regression', () => {
  test('a table of two groups has a closed answer: the log odds of each group', () => {
    // x = 0: 2 of 10 positive; x = 1: 7 of 10 positive.
    const features = Float64Array.from({ length: 20 }, (_, row) => (row < 10 ? 0 : 1));
    const labels = Uint8Array.from({ length: 20 }, (_, row) =>
      row < 2 || (row >= 10 && row < 17) ? 1 : 0,
    );
    const model = fitLogistic(
      { features, columns: 1, labels },
      { l2: 0, balanced: false, ...exact },
    );
    expect(model.bias).toBeCloseTo(Math.log(2 / 8), 9);
    expect(model.weights[0]).toBeCloseTo(Math.log(7 / 3) - Math.log(2 / 8), 9);
    expect(model.gradientNorm).toBeLessThanOrEqual(1e-11);
  });

  test('balanced classes shift that answer by the log odds of the classes', () => {
    const features = Float64Array.from({ length: 20 }, (_, row) => (row < 10 ? 0 : 1));
    const labels = Uint8Array.from({ length: 20 }, (_, row) =>
      row < 2 || (row >= 10 && row < 17) ? 1 : 0,
    );
    const model = fitLogistic(
      { features, columns: 1, labels },
      { l2: 0, balanced: true, ...exact },
    );
    expect(model.bias).toBeCloseTo(Math.log(2 / 8) + Math.log(11 / 9), 9);
  });

  test.each([
    [true, 0.03],
    [false, 0],
  ])('the gradient agrees with central differences (balanced %p, l2 %p)', (balanced, l2) => {
    const samples = randomSamples(60, 4, 41);
    const objective = logisticLoss(samples, columnScale(samples), { l2, balanced });
    const point = Float64Array.of(0.3, -0.2, 0.9, 0.1, -0.4);
    const gradient = new Float64Array(5);
    const unused = new Float64Array(5);
    objective(point, gradient);
    const h = 1e-5;
    for (let i = 0; i < 5; i++) {
      const ahead = point.map((value, at) => value + (at === i ? h : 0));
      const behind = point.map((value, at) => value - (at === i ? h : 0));
      const difference = (objective(ahead, unused) - objective(behind, unused)) / (2 * h);
      expect(gradient[i]).toBeCloseTo(difference, 8);
    }
  });

  test('is the same to the last bit when fitted twice', () => {
    const samples = randomSamples(200, 6, 42);
    const settings = { l2: 0.01, balanced: true, gradientNormMax: 1e-10, iterationsMax: 500 };
    expect(fitLogistic(samples, settings)).toEqual(fitLogistic(samples, settings));
  });

  test('does not care about the unit of a column', () => {
    const samples = randomSamples(150, 3, 43);
    const inMicrometres = {
      ...samples,
      features: samples.features.map((value, at) => (at % 3 === 1 ? value * 1e6 + 5 : value)),
    };
    const settings = { l2: 0.01, balanced: false, ...exact };
    const first = logits(fitLogistic(samples, settings), samples.features);
    const second = logits(fitLogistic(inMicrometres, settings), inMicrometres.features);
    for (const [row, value] of first.entries()) expect(second[row]).toBeCloseTo(value, 6);
  });

  test('a stronger penalty gives smaller weights, a constant column gets none', () => {
    const samples = randomSamples(150, 3, 44);
    const constant = {
      ...samples,
      features: samples.features.map((value, at) => (at % 3 === 2 ? 5 : value)),
    };
    const settings = { balanced: false, gradientNormMax: 1e-9, iterationsMax: 500 };
    const weak = fitLogistic(constant, { ...settings, l2: 0.001 });
    const strong = fitLogistic(constant, { ...settings, l2: 1 });
    expect(Math.abs(strong.weights[0]!)).toBeLessThan(Math.abs(weak.weights[0]!));
    expect(weak.weights[2]).toBeCloseTo(0, 12);
  });
});

describe('what cannot be fitted is refused', () => {
  const settings = { l2: 0.01, balanced: false, ...exact };
  test.each([
    ['one class', Float64Array.of(1, 2), Uint8Array.of(1, 1), 'one-class'],
    [
      'a value that is not a number',
      Float64Array.of(1, Number.NaN),
      Uint8Array.of(0, 1),
      'feature-not-finite',
    ],
    ['no rows', Float64Array.of(), Uint8Array.of(), 'bad-samples'],
    ['a missing value', Float64Array.of(1), Uint8Array.of(0, 1), 'bad-samples'],
  ])('%s', (_, features, labels, code) => {
    expect(() => fitLogistic({ features, columns: 1, labels }, settings)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('separable classes without a penalty, whose weights would grow forever', () => {
    const samples = { features: Float64Array.of(0, 1), columns: 1, labels: Uint8Array.of(0, 1) };
    expect(() => fitLogistic(samples, { ...settings, l2: 0, gradientNormMax: 1e-300 })).toThrow(
      expect.objectContaining({ code: 'not-converged' }),
    );
  });
});
