// A refit keeps what a probability means and how many of the sick are found.
import { describe, expect, test } from '@jest/globals';
import { calibrated, fitPlatt } from '../../../models/evaluate/calibrate.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { keptDecision } from '../../../models/learn/kept-decision.ts';

const random = seededRandom(3);
const labels = Uint8Array.from({ length: 400 }, (_, row) => Number(row % 4 === 0));
const logits = Float64Array.from(labels, (label) => 2 * label - 1 + 3 * (random() - 0.5));
const fitted = fitPlatt(logits, labels);
const rows = { logits, labels };
const incumbentOf = (calibration: typeof fitted, threshold = 0.3) => ({
  calibration,
  threshold,
  logits,
});

describe('the probabilities', () => {
  test('of a head like the incumbent\u2019s are the incumbent\u2019s, whatever prevalence these are stated for', () => {
    const stated = { slope: 0.8 * fitted.slope, intercept: fitted.intercept - 1.5 };
    const { calibration, probabilities } = keptDecision(fitted, rows, incumbentOf(stated));
    expect(calibration.slope).toBeCloseTo(stated.slope, 12);
    expect(calibration.intercept).toBeCloseTo(stated.intercept, 12);
    expect(probabilities[0]).toBeCloseTo(calibrated(stated, logits[0]!), 12);
  });

  test('of a head with another scale mean the same', () => {
    const stated = { slope: fitted.slope, intercept: fitted.intercept + 2 };
    const doubled = { logits: logits.map((logit) => 2 * logit + 1), labels };
    const own = fitPlatt(doubled.logits, labels);
    const { probabilities } = keptDecision(own, doubled, incumbentOf(stated));
    for (const row of [0, 1, 2, 3])
      expect(probabilities[row]).toBeCloseTo(calibrated(stated, logits[row]!), 4);
  });

  test('are those of Platt\u2019s fit where the incumbent was calibrated on the same rows, or tells nothing', () => {
    expect(keptDecision(fitted, rows, incumbentOf(fitted)).calibration).toEqual(fitted);
    const blind = { ...incumbentOf(fitted), logits: logits.map(() => 0) };
    expect(keptDecision(fitted, rows, blind).calibration).toEqual(fitted);
  });
});

test('the threshold finds as many of the sick as the incumbent\u2019s does', () => {
  const worse = { ...incumbentOf(fitted, 0.6), logits: logits.map((logit) => logit - random()) };
  const { probabilities, threshold } = keptDecision(fitted, rows, worse);
  const found = (answers: Float64Array, from: number) =>
    answers.filter((answer, row) => labels[row] === 1 && answer >= from).length;
  const before = worse.logits.map((logit) => calibrated(fitted, logit));
  expect(found(probabilities, threshold)).toBe(found(before, 0.6));
});
