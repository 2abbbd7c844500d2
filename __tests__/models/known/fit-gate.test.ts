// A fitted gate tells its films from counter-examples, and strangers by their distance; limits refuse the share asked for.
import { expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { fitGate, gateLimits, gateScores } from '../../../models/known/fit-gate.ts';

const random = seededRandom(31);
const bell = () => random() + random() + random() + random() - 2;

/** Rows of three columns around a centre. */
const around = (centre: readonly number[], rows: number) => ({
  columns: 3,
  features: Float64Array.from({ length: rows * 3 }, (_, i) => centre[i % 3]! + bell()),
});

const films = around([0, 0, 0], 600);
const others = around([4, 0, 0], 600);
const gate = fitGate(films, others);

test('the margin is above zero for films and below it for what was shown as another kind', () => {
  const [own, other] = [films, others].map((rows) => gateScores(gate, rows).margins);
  expect(own!.filter((margin) => margin > 0).length).toBeGreaterThan(590);
  expect(other!.filter((margin) => margin < 0).length).toBeGreaterThan(590);
});

test('a stranger that the counter-examples did not foresee passes the margin and fails by its distance', () => {
  const stranger = around([-1, 30, 0], 1);
  const limits = gateLimits(gateScores(gate, around([0, 0, 0], 400)), 0.01);
  const { margins, distances } = gateScores(gate, stranger);
  expect(margins[0]).toBeGreaterThan(limits.marginMin);
  expect(distances[0]).toBeGreaterThan(10 * limits.distanceMax);
});

test('the limits refuse half of the share by either score', () => {
  const scores = {
    margins: Float64Array.from({ length: 1_001 }, (_, i) => i),
    distances: Float64Array.from({ length: 1_001 }, (_, i) => 1_000 - i),
  };
  expect(gateLimits(scores, 0.02)).toEqual({ marginMin: 10, distanceMax: 990 });
});
