import { expect, test } from '@jest/globals';
import { shortcutBaselines } from '../../../models/train/shortcuts.ts';

const rows = (labels: number[], meanGrey: number[], fileBytes: number[]) => ({
  labels: Uint8Array.from(labels),
  facts: { meanGrey: Float64Array.from(meanGrey), fileBytes: Float64Array.from(fileBytes) },
});

test('the direction of a shortcut is learned from training rows and may be wrong on the test', () => {
  const train = rows([0, 1], [1, 9], [9, 1]);
  const agreeing = shortcutBaselines(train, rows([0, 1], [1, 9], [9, 1]));
  expect(agreeing.map(({ auroc }) => auroc)).toEqual([1, 1]);
  const opposing = shortcutBaselines(train, rows([0, 1], [9, 1], [1, 9]));
  expect(opposing.map(({ auroc }) => auroc)).toEqual([0, 0]);
});
