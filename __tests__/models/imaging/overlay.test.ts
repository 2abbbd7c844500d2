// The heat map: clear where nothing speaks for the finding, and stronger where more does.
import { describe, expect, test } from '@jest/globals';
import { overlay } from '../../../models/imaging/overlay.ts';

const map = (values: readonly number[], width: number) => ({
  width,
  height: values.length / width,
  values: Float32Array.from(values),
});
const at = ({ width, pixels }: ReturnType<typeof overlay>, x: number, y: number) =>
  Array.from(pixels.slice((y * width + x) * 4, (y * width + x) * 4 + 4));
const lightness = ([r = 0, g = 0, b = 0]: readonly number[]) =>
  0.2126 * r + 0.7152 * g + 0.0722 * b;

const opacityOf = (value: number) => at(overlay(map([value], 1)), 0, 0)[3]!;

describe('the overlay', () => {
  test('nothing is seen where nothing speaks for the finding', () => {
    const { pixels } = overlay(map([-1, -5, 0, -0.1], 2));
    expect(pixels.every((value, i) => i % 4 !== 3 || value === 0)).toBe(true);
  });

  test('the strongest place is the most opaque, and lies where the map has it', () => {
    const picture = overlay(map([0, 0, 0, 0, 0, 6, 0, 0, 0], 3));
    const opacity = (x: number, y: number) => at(picture, x, y)[3]!;
    const side = picture.width;
    expect(opacity(Math.round((side * 5) / 6), side / 2)).toBeGreaterThan(170);
    expect(opacity(Math.round(side / 6), side / 2)).toBe(0);
    expect(opacity(Math.round((side * 5) / 6), 10)).toBe(0);
  });

  test('colour grows lighter with strength', () => {
    const levels = [0.5, 2, 4, 6, 8].map((value) => at(overlay(map([value, 8], 2)), 0, 0));
    const light = levels.map(lightness);
    expect(light.toSorted((a, b) => a - b)).toEqual(light);
    expect(new Set(light).size).toBe(5);
  });

  test('faint evidence stays faint: strength is measured against log-odds of 6 at least', () => {
    expect(opacityOf(0.6)).toBeLessThan(10);
    expect(opacityOf(6)).toBe(opacityOf(20));
    expect(opacityOf(5.7)).toBeLessThan(opacityOf(6));
  });
});
