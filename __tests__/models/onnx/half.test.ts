// Half precision against its definition, over all 65,536 values.
import { describe, expect, test } from '@jest/globals';
import { floatFromHalf, halfFromFloat } from '../../../models/onnx/half.ts';

const positiveFinite = Array.from({ length: 0x7c00 }, (_, half) => half);

describe('half precision', () => {
  test('every half survives the way to single precision and back', () => {
    const changed = Array.from({ length: 0x10000 }, (_, half) => half)
      .filter((half) => (half & 0x7fff) <= 0x7c00)
      .filter((half) => halfFromFloat(floatFromHalf(half)) !== half);
    expect(changed).toEqual([]);
  });

  test('values ascend with their bits, from the smallest subnormal to the largest half', () => {
    const values = positiveFinite.map(floatFromHalf);
    expect(values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0))).toBe(true);
    expect([values[1], values[0x400], values.at(-1)]).toEqual([2 ** -24, 2 ** -14, 65_504]);
  });

  test('half-way between two halves the even one is taken, and beside it the nearer one', () => {
    const wrong = positiveFinite.slice(0, -1).filter((half) => {
      const [low, high] = [floatFromHalf(half), floatFromHalf(half + 1)];
      const middle = (low + high) / 2;
      const nudge = (high - low) / 1_024;
      const even = half % 2 === 0 ? half : half + 1;
      return (
        halfFromFloat(middle) !== even ||
        halfFromFloat(middle - nudge) !== half ||
        halfFromFloat(middle + nudge) !== half + 1 ||
        halfFromFloat(-middle) !== (even | 0x8000)
      );
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ['65519 is still finite', 65_519, 0x7bff],
    ['65520 is not', 65_520, 0x7c00],
    ['minus infinity stays', Number.NEGATIVE_INFINITY, 0xfc00],
    ['minus zero keeps its sign', -0, 0x8000],
    ['2^-25 is a tie and goes to zero', 2 ** -25, 0],
    ['just above 2^-25 is the smallest subnormal', 2 ** -25 * 1.001, 1],
  ])('%s', (_, value, half) => {
    expect(halfFromFloat(value)).toBe(half);
  });

  test('not a number stays not a number', () => {
    expect(floatFromHalf(halfFromFloat(Number.NaN))).toBeNaN();
  });
});
