import { expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { chooseTableFit, tableLogits } from '../../../models/train/choose-table-fit.ts';

const random = seededRandom(9);
const rows = 120;
/** One column that spreads by factors: what decides is its logarithm. */
const sizes = Float64Array.from({ length: rows }, () => 10 ** (6 * random() - 3));
const labels = sizes.map((size) => (Math.log10(size) + random() - 0.5 > 0 ? 1 : 0));
const samples = { features: sizes, columns: 1, labels: Uint8Array.from(labels) };
const candidates = [false, true].map((log) => ({
  name: log ? 'logarithm' : 'as it is',
  logs: [log],
  penalty: 1,
}));

test('the candidate that predicts unseen rows better is chosen, and fitted to all', () => {
  const fit = chooseTableFit(samples, { candidates, folds: 5, seed: 1 });
  expect(fit.candidate.name).toBe('logarithm');
  const right = tableLogits(fit, samples).filter((z, row) => z > 0 === (labels[row] === 1));
  expect(right.length / rows).toBeGreaterThan(0.85);
});

test('a zero measure gives a finite logit', () => {
  const fit = chooseTableFit(samples, { candidates, folds: 5, seed: 1 });
  const [logit] = tableLogits(fit, { ...samples, features: Float64Array.of(0) });
  expect(Number.isFinite(logit)).toBe(true);
});
