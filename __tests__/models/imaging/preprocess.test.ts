// The one resize of training and serving, and the tensor made of it.
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { backboneImageInput } from '../../../models/backbone/backbone.ts';
import type { GreyImage } from '../../../models/imaging/grey-image.ts';
import { preprocess } from '../../../models/imaging/preprocess.ts';
import { fitWithin, squash } from '../../../models/imaging/resize.ts';

const input = { ...backboneImageInput, expects: 'A chest film' };
const filled = (width: number, height: number, value: (x: number, y: number) => number) => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  ),
});

describe('the resize', () => {
  test('a picture of the right size is left alone, pixel for pixel', () => {
    const image = filled(224, 224, (x, y) => (x * 31 + y * 17) % 256);
    expect(squash(image, 224, 224)).toBe(image);
  });

  test('halving weighs four neighbours 1 3 3 1, and less at the border', () => {
    const { pixels } = squash(
      filled(8, 1, (x) => (x === 3 ? 240 : 0)),
      4,
      1,
    );
    // Distances of input 3 from the output centres 0.5, 2.5, 4.5, 6.5 in output pixels: 1.25, 0.25, 0.75, 1.75.
    expect(Array.from(pixels)).toEqual([0, 90, 30, 0]);
  });

  test('doubling interpolates between pixel centres and is level at the ends', () => {
    const { pixels } = squash(
      filled(2, 1, (x) => x * 100),
      4,
      1,
    );
    expect(Array.from(pixels)).toEqual([0, 25, 75, 100]);
  });

  test('a level picture stays level, and no value leaves the range of the picture', () => {
    const side = fc.integer({ min: 1, max: 40 });
    const size = fc.tuple(side, side);
    fc.assert(
      fc.property(size, size, fc.infiniteStream(fc.nat(255)), ([w, h], [toW, toH], stream) => {
        const image = filled(w, h, () => stream.next().value as number);
        const { width, height, pixels } = squash(image, toW, toH);
        expect([width, height, pixels.length]).toEqual([toW, toH, toW * toH]);
        expect(Math.min(...pixels)).toBeGreaterThanOrEqual(Math.min(...image.pixels));
        expect(Math.max(...pixels)).toBeLessThanOrEqual(Math.max(...image.pixels));
      }),
      { numRuns: 100 },
    );
  });

  test('mirroring before or after gives the same', () => {
    const image = filled(37, 5, (x, y) => (x * x * 7 + y * 91) % 256);
    const mirror = ({ width, height, pixels }: GreyImage) =>
      filled(width, height, (x, y) => pixels[y * width + width - 1 - x]!);
    const [after, before] = [mirror(squash(image, 11, 3)), squash(mirror(image), 11, 3)];
    const differences = after.pixels.map((value, i) => Math.abs(value - before.pixels[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  test.each([
    [300, 100, 150, [150, 50]],
    [100, 300, 150, [50, 150]],
    [150, 20, 150, [150, 20]],
    [1_000, 1, 10, [10, 1]],
  ] as const)('%i x %i fits within %i', (width, height, sideMax, expected) => {
    const fitted = fitWithin(
      filled(width, height, () => 9),
      sideMax,
    );
    expect([fitted.width, fitted.height]).toEqual(expected);
    expect(new Set(fitted.pixels)).toEqual(new Set([9]));
  });
});

describe('preprocessing', () => {
  test('three equal channels, standardised', () => {
    const tensor = preprocess(
      filled(224, 224, (x) => x),
      input,
    );
    const plane = 224 * 224;
    expect(tensor).toHaveLength(3 * plane);
    expect([tensor[0], tensor[127], tensor[223]]).toEqual([-127 / 128, 0, 96 / 128]);
    expect(tensor.slice(plane, 2 * plane)).toEqual(tensor.slice(0, plane));
    expect(tensor.slice(2 * plane)).toEqual(tensor.slice(0, plane));
  });

  test('a bundle trained with another kernel is refused', () => {
    const other = { ...input, resize: { fit: 'squash', kernel: 'lanczos3' } } as const;
    expect(() =>
      preprocess(
        filled(2, 2, () => 0),
        other,
      ),
    ).toThrow(expect.objectContaining({ code: 'unknown-kernel' }));
  });
});
