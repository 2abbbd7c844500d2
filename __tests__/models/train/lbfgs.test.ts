import { expect, test } from '@jest/globals';
import { minimise } from '../../../models/train/lbfgs.ts';

function parabola(x: Float64Array, gradient: Float64Array): number {
  gradient[0] = 2 * x[0]!;
  return x[0]! ** 2 + 1e6;
}

function slope(x: Float64Array, gradient: Float64Array): number {
  gradient[0] = 1;
  return x[0]!;
}

const settings = { gradientNormMax: 1e-10, iterationsMax: 500 };

test('an ill-conditioned quadratic (condition 1,000) is solved to its known minimum', () => {
  const n = 40;
  const stiffness = Float64Array.from({ length: n }, (_, i) => 10 ** ((3 * i) / (n - 1)));
  const { point, gradientNorm } = minimise(
    (x, gradient) => {
      let value = 0;
      for (let i = 0; i < n; i++) {
        const distance = x[i]! - (i - 7);
        gradient[i] = stiffness[i]! * distance;
        value += (stiffness[i]! * distance * distance) / 2;
      }
      return value;
    },
    new Float64Array(n),
    settings,
  );
  expect(gradientNorm).toBeLessThanOrEqual(1e-10);
  for (let i = 0; i < n; i++) expect(point[i]).toBeCloseTo(i - 7, 9);
});

test("Rosenbrock's valley ends at (1, 1)", () => {
  const { point } = minimise(
    (x, gradient) => {
      const [a, b] = [x[0]!, x[1]!];
      gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
      gradient[1] = 200 * (b - a * a);
      return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
    },
    Float64Array.of(-1.2, 1),
    settings,
  );
  expect(point[0]).toBeCloseTo(1, 9);
  expect(point[1]).toBeCloseTo(1, 9);
});

test('the start is left alone and a start at the minimum takes no step', () => {
  const start = Float64Array.of(0);
  expect(minimise(parabola, start, settings).iterations).toBe(0);
  const from = Float64Array.of(3);
  minimise(parabola, from, settings);
  expect(from[0]).toBe(3);
});

test('a function without a minimum, or too few iterations, is refused with the norm that was reached', () => {
  expect(() => minimise(slope, Float64Array.of(0), settings)).toThrow(
    expect.objectContaining({ code: 'not-converged' }),
  );
  expect(() =>
    minimise(
      (x, g) => {
        g[0] = 4 * x[0]! ** 3;
        return x[0]! ** 4;
      },
      Float64Array.of(3),
      { gradientNormMax: 1e-10, iterationsMax: 2 },
    ),
  ).toThrow(/after 2 iterations/);
});
