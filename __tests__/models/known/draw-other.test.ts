// The drawn counter-examples: every kind draws, the same seed the same picture, and none is blank or like another.
import { expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import { cutOut, negative, pasted, tiled, torn, turned } from '../../../models/known/alter.ts';
import { drawOther } from '../../../models/known/draw-other.ts';
import { lotOf } from '../../../models/known/shade.ts';

const seeds = Array.from({ length: 13 }, (_, i) => i);

test.each(seeds)('the kind of seed %d draws a picture with more than one grey', (seed) => {
  const { width, height, pixels } = drawOther(seed);
  expect(pixels).toHaveLength(width * height);
  expect(new Set(pixels).size).toBeGreaterThan(1);
});

test('the same seed draws the same picture, another seed of the same kind another', () => {
  expect(drawOther(5).pixels).toEqual(drawOther(5).pixels);
  expect(drawOther(5 + 13).pixels).not.toEqual(drawOther(5).pixels);
});

const film = { width: 3, height: 2, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };

test('a film is turned clockwise, and four quarters bring it back', () => {
  expect(turned(film, 1)).toEqual({ width: 2, height: 3, pixels: Uint8Array.of(4, 1, 5, 2, 6, 3) });
  expect(turned(film, 2).pixels).toEqual(Uint8Array.of(6, 5, 4, 3, 2, 1));
  expect(turned(film, 4)).toEqual(film);
});

test('a negative of a negative is the film', () => {
  expect(Array.from(negative(film).pixels)).toEqual([254, 253, 252, 251, 250, 249]);
  expect(negative(negative(film))).toEqual(film);
});

test('pieces, tiles, torn and pasted films hold pixels of the film', () => {
  const large = {
    width: 40,
    height: 30,
    pixels: Uint8Array.from({ length: 1_200 }, (_, i) => i % 251),
  };
  const lot = lotOf(seededRandom(2));
  const piece = cutOut(large, 0.5, lot);
  expect([piece.width, piece.height]).toEqual([20, 15]);
  expect((piece.pixels[21]! - piece.pixels[0]! + 251) % 251).toBe(41);
  const twice = tiled(large, 2, 1);
  expect(twice.pixels.slice(0, 20)).toEqual(twice.pixels.slice(20, 40));
  expect(torn(large, lot).pixels.every((grey) => grey < 251)).toBe(true);
  const page = pasted(large, 0.5, lot);
  const ground = page.pixels.filter((grey) => grey === page.pixels[0]).length;
  expect([page.width, page.height]).toEqual([40, 30]);
  expect(ground).toBeGreaterThan(500);
});
