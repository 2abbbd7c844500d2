import { expect, test } from '@jest/globals';
import { evaluation } from '../../../models/evaluate/evaluation.ts';

const model = {
  name: 'm',
  version: '1.0.0',
  task: 't',
  calibration: { slope: 2, intercept: -1 },
  threshold: 0.5,
};
/** Calibrated: z = 2 x logit - 1, so that 0.5 is the logit of the threshold. */
const rows = {
  logits: Float64Array.of(-3, 0, 0.4, 0.6, 1, 4),
  labels: Uint8Array.of(0, 0, 1, 0, 1, 1),
  patients: ['a', 'a', 'b', 'c', 'd', 'e'],
};

test('the threshold is on the calibrated probability, and patients are counted once', () => {
  const result = evaluation(model, rows, { resamples: 100 });
  expect(result).toMatchObject({ model: 'm', version: '1.0.0', task: 't', n: 6, patients: 5 });
  expect(result.accuracy.value).toBeCloseTo(4 / 6, 12);
  expect(result.sensitivity.value).toBeCloseTo(2 / 3, 12);
  expect(result.specificity.value).toBeCloseTo(2 / 3, 12);
  expect(result.auroc.value).toBeCloseTo(8 / 9, 12);
});

test('two runs give the same figures to the last digit', () => {
  expect(evaluation(model, rows)).toEqual(evaluation(model, rows));
});
