// A study's answer is the mean probability of its views, and its row stands for all of them.
import { expect, test } from '@jest/globals';
import { answeredByStudy } from '../../../models/evaluate/studies.ts';

const calibration = { slope: 2, intercept: -1 };
const probability = (logit: number) => 1 / (1 + Math.exp(-(2 * logit - 1)));
const views = {
  logits: Float64Array.of(1, -2, 0.5, 3),
  labels: Uint8Array.of(1, 0, 1, 1),
  patients: ['A', 'B', 'A', 'C'],
  studies: ['A-1', '', 'A-1', 'C-1'],
  divisions: [{ by: 'sublabel', groups: ['elbow', 'hand', 'elbow', 'wrist'] }],
};

test('views are averaged in probability, and a picture of no study stands alone', () => {
  const studies = answeredByStudy(views, calibration);
  expect(studies.patients).toEqual(['A', 'B', 'C']);
  expect(Array.from(studies.labels)).toEqual([1, 0, 1]);
  expect(studies.divisions).toEqual([{ by: 'sublabel', groups: ['elbow', 'hand', 'wrist'] }]);
  expect(probability(studies.logits[0]!)).toBeCloseTo((probability(1) + probability(0.5)) / 2, 12);
  expect(studies.logits[1]).toBeCloseTo(-2, 12);
  expect(studies.logits[2]).toBeCloseTo(3, 12);
});

test('a study with two labels is refused', () => {
  const labels = Uint8Array.of(1, 0, 0, 1);
  expect(() => answeredByStudy({ ...views, labels }, calibration)).toThrow('study A-1');
});
