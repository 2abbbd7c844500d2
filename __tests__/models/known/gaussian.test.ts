// The distance from a cloud of rows, against cases that can be worked out by hand.
import { expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import {
  cholesky,
  distances,
  fitGaussian,
  inverseTriangle,
  shrunkCovariance,
} from '../../../models/known/gaussian.ts';

/** Nearly normal rows of two columns that hang together: the second is half the first plus noise. */
function correlated(rows: number) {
  const random = seededRandom(4);
  const bell = () => random() + random() + random() + random() - 2;
  const features = new Float64Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const first = bell();
    features.set([10 + 3 * first, -5 + 0.5 * first + 0.1 * bell()], row * 2);
  }
  return { features, columns: 2 };
}

test('the rows that a distribution was fitted to lie on average as far as there are columns', () => {
  const rows = correlated(4_000);
  const far = distances(fitGaussian(rows), rows);
  expect(far.reduce((sum, one) => sum + one, 0) / far.length).toBeCloseTo(2, 1);
});

test('what goes along with the columns is near, what goes against them is far', () => {
  const gaussian = fitGaussian(correlated(4_000));
  const [centre, along, against] = distances(gaussian, {
    features: Float64Array.of(10, -5, 13, -4.5, 13, -5.5),
    columns: 2,
  });
  expect(centre).toBeLessThan(0.01);
  expect(along).toBeGreaterThan(1);
  expect(along).toBeLessThan(5);
  expect(against).toBeGreaterThan(100);
});

test('the unit of a column does not matter', () => {
  const rows = correlated(500);
  const rescaled = rows.features.map((value, i) => (i % 2 === 0 ? 1_000 * value : value));
  const near = distances(fitGaussian(rows), rows);
  const same = distances(fitGaussian({ features: rescaled, columns: 2 }), {
    features: rescaled,
    columns: 2,
  });
  expect(same[7]).toBeCloseTo(near[7]!, 6);
});

test('few rows for their columns are shrunk much, many hardly, and the trace stays', () => {
  const random = seededRandom(9);
  const rowsOf = (n: number) => ({
    columns: 20,
    features: Float64Array.from({ length: n * 20 }, (_, i) => (1 + (i % 20)) * (random() - 0.5)),
  });
  const [few, many] = [rowsOf(15), rowsOf(4_000)];
  const [drawn, trusted] = [shrunkCovariance(few), shrunkCovariance(many)];
  expect(drawn.shrinkage).toBeGreaterThan(5 * trusted.shrinkage);
  expect(trusted.shrinkage).toBeLessThan(0.02);
  const trace = Array.from({ length: 20 }, (_, i) => drawn.covariance[i * 21]!).reduce(
    (a, b) => a + b,
  );
  const squares = few.features.reduce((sum, value) => sum + value * value, 0) / 15;
  expect(trace).toBeCloseTo(squares, 6);
});

test('a triangle times its transpose is the matrix, and times its inverse is one', () => {
  const matrix = Float64Array.of(4, 2, -2, 2, 10, 5, -2, 5, 9);
  const lower = cholesky(matrix, 3);
  expect(Array.from(lower)).toEqual([2, 0, 0, 1, 3, 0, -1, 2, 2]);
  const inverse = inverseTriangle(lower, 3);
  const product = Array.from({ length: 9 }, (_, at) =>
    [0, 1, 2].reduce(
      (sum, k) => sum + lower[Math.floor(at / 3) * 3 + k]! * inverse[k * 3 + (at % 3)]!,
      0,
    ),
  );
  product.forEach((value, at) => expect(value).toBeCloseTo(at % 4 === 0 ? 1 : 0, 12));
});

test('columns that hang on each other entirely are refused rather than inverted', () => {
  expect(() => cholesky(Float64Array.of(1, 1, 1, 1), 2)).toThrow('column 1 hangs on');
});
