import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import type { GreyImage } from '../../../models/imaging/grey-image.ts';
import { augment } from '../../../models/train/augment.ts';

const still = {
  cutMax: 0,
  borderMax: 0,
  contrastMax: 1,
  brightnessMax: 0,
  gammaMax: 1,
  flip: false,
  turnDegreesMax: 0,
  detailMin: 1,
};
const width = 40;
const height = 30;
const image = {
  width,
  height,
  pixels: Uint8Array.from(
    { length: width * height },
    (_, at) => 50 + (at % width) * 3 + Math.floor(at / width),
  ),
};
const flipped = ({ pixels }: GreyImage) => pixels[0]! > pixels[width - 1]!;
const many = (settings: Partial<typeof still>, n = 200) => {
  const random = seededRandom(9);
  return Array.from({ length: n }, () => augment(image, { ...still, ...settings }, random));
};

describe('a varied copy', () => {
  test('with nothing to vary is the picture itself', () => {
    expect(augment(image, still, seededRandom(1))).toEqual(image);
  });

  test('is the same for the same seed', () => {
    const settings = {
      cutMax: 0.1,
      borderMax: 0.1,
      contrastMax: 1.5,
      brightnessMax: 20,
      gammaMax: 1.5,
      flip: true,
      turnDegreesMax: 10,
      detailMin: 0.5,
    };
    expect(augment(image, settings, seededRandom(4))).toEqual(
      augment(image, settings, seededRandom(4)),
    );
    expect(augment(image, settings, seededRandom(4))).not.toEqual(
      augment(image, settings, seededRandom(5)),
    );
  });

  test('keeps at least 1 - 2 x cutMax of a side, and varies width apart from height', () => {
    const copies = many({ cutMax: 0.1 });
    for (const copy of copies) {
      expect(copy.width).toBeGreaterThanOrEqual(width * 0.8);
      expect(copy.width).toBeLessThanOrEqual(width);
      expect(copy.height).toBeGreaterThanOrEqual(height * 0.8);
    }
    expect(
      new Set(copies.map((copy) => (copy.width / copy.height).toFixed(2))).size,
    ).toBeGreaterThan(5);
  });

  test('holds every real pixel when only borders are added, and black around it', () => {
    for (const copy of many({ borderMax: 0.2 })) {
      expect(copy.pixels.filter((grey) => grey > 0).length).toBe(width * height);
      expect(copy.width).toBeLessThanOrEqual(width * 1.4);
    }
  });

  test('is mirrored about half of the time, and never otherwise', () => {
    const share = many({ flip: true }).filter(flipped).length / 200;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
    expect(many({}).some(flipped)).toBe(false);
  });

  test('changes exposure in order: a brighter pixel never becomes the darker one', () => {
    for (const copy of many({ contrastMax: 2, brightnessMax: 60, gammaMax: 2 }, 50))
      for (let x = 1; x < width; x++)
        expect(copy.pixels[x]!).toBeGreaterThanOrEqual(copy.pixels[x - 1]!);
  });

  test('is softened about half of the time, to no less than detailMin of its size', () => {
    const widths = many({ detailMin: 0.5 }).map((copy) => copy.width);
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(width / 2);
    const whole = widths.filter((side) => side === width).length / widths.length;
    expect(whole).toBeGreaterThan(0.35);
    expect(whole).toBeLessThan(0.65);
  });

  test('turned keeps its size and its middle, and is black in the corners', () => {
    const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
    const copies = many({ turnDegreesMax: 20 });
    for (const copy of copies) {
      expect([copy.width, copy.height]).toEqual([width, height]);
      expect(Math.abs(copy.pixels[middle]! - image.pixels[middle]!)).toBeLessThanOrEqual(3);
    }
    expect(copies.some(({ pixels }) => pixels[0] === 0)).toBe(true);
    expect(new Set(copies.map(({ pixels }) => pixels.join())).size).toBeGreaterThan(150);
  });
});
