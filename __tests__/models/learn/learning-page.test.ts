// The page of a simulation says what was found, on what, and what must not be concluded from it.
import { expect, test } from '@jest/globals';
import { learningFigure } from '../../../figures/learning/learning-figure.ts';
import { learningPage } from '../../../models/learn/learning-page.ts';
import { learningReport } from '../../../models/learn/learning-report.ts';
import type { Strategy } from '../../../models/learn/simulate-learning.ts';

const run = (strategy: Strategy, seed: number, gain: number) => ({
  strategy,
  seed,
  rounds: [0.7, 0.75, 0.8].map((auroc, round) => ({
    films: 200 + 100 * round,
    auroc: auroc + gain * round + seed / 1_000,
    l2: 1,
  })),
});
const report = learningReport([
  run('random', 1, 0),
  run('random', 2, 0),
  run('uncertain', 1, 0.03),
  run('uncertain', 2, 0.031),
]);
const result = {
  ...report,
  command: 'evenkeel learn simulate',
  date: '2026-11-21',
  model: { name: 'knee', version: '1.0.0', sha256: 'abc', frozenBackbone: true },
  manifestSha256: 'def',
  rows: { pool: 10, validation: 5, test: 6 },
  seeds: 2,
};

test('the gain stands in words, in a table and as a figure', () => {
  const page = learningPage(result);
  expect(page).toContain('**Asking about the most uncertain films gains over drawing by lot');
  // Means over two seeds: 0.75 + 0.0015 by lot; 0.75 + 0.0305 + 0.0015 asked.
  expect(page).toMatch(/\| 300 \| 0\.75\d \[[^|]*\] \| 0\.782 \[/);
  expect(page).toMatch(/\| most uncertain \| 0\.045[78] \[[^|]*\] \| 400 \|/);
  const { layer } = learningFigure(report.curves) as { layer: readonly object[] };
  expect(layer).toHaveLength(2);
});

test('features that know the labels are called so', () => {
  const tuned = { ...result, model: { ...result.model, frozenBackbone: false } };
  expect(learningPage(tuned)).toContain('the curves flatter every strategy');
  expect(learningPage(result)).toContain('which no label of this set has touched');
});
