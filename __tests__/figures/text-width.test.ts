// How wide a text is taken to be, beside the advance widths of Helvetica (Adobe Font Metrics, in thousandths of an em).
import { expect, test } from '@jest/globals';
import { textWidth } from '../../figures/text-width.ts';

test.each([
  ['single', 500 + 222 + 556 + 556 + 222 + 556],
  ['hedge:1:1', 556 + 556 + 556 + 556 + 556 + 278 + 556 + 278 + 556],
  ['mean downtime (s)', 7_835],
])('"%s" is at least as wide as in Helvetica, and not by a fifth wider', (text, thousandths) => {
  const ratio = textWidth(text, 10) / (thousandths / 100);
  expect(ratio).toBeGreaterThan(1);
  expect(ratio).toBeLessThan(1.2);
});
