// Phantoms repeat exactly, differ by seed and finding, and are marked as what they are.
import { describe, expect, test } from '@jest/globals';
import type { GreyImage } from '../../../models/imaging/grey-image.ts';
import { drawChest } from '../../../models/phantoms/chest.ts';
import { encodeDicom } from '../../../models/phantoms/dicom.ts';
import { drawKnee } from '../../../models/phantoms/knee.ts';

const draws = [
  ['chest', drawChest, 512, 456],
  ['knee', drawKnee, 384, 384],
] as const;

const mean = ({ width, pixels }: GreyImage, [left, top, right, bottom]: readonly number[]) => {
  let sum = 0;
  let count = 0;
  for (let y = Math.round(top! * width); y < Math.round(bottom! * width); y++)
    for (let x = Math.round(left! * width); x < Math.round(right! * width); x++, count++)
      sum += pixels[y * width + x]!;
  return sum / count;
};

/** Dark pixels down a column through the joint. */
const gap = (image: GreyImage, x: number) => {
  const column = Array.from({ length: 60 }, (_, i) => {
    const y = Math.round(0.46 * 384) + i;
    return image.pixels.slice(y * 384 + x - 4, y * 384 + x + 5).reduce((a, b) => a + b) / 9;
  });
  return column.filter((value) => value < 125).length;
};

/** Walks explicit little-endian elements, as a reader would: tag -> value. */
const elementsOf = (bytes: Uint8Array) => {
  const file = Buffer.from(bytes);
  const elements = new Map<string, Buffer>();
  let at = 132;
  while (at < file.length) {
    const tag = [file.readUInt16LE(at), file.readUInt16LE(at + 2)]
      .map((part) => part.toString(16).padStart(4, '0'))
      .join();
    const long = ['OB', 'OW'].includes(file.toString('latin1', at + 4, at + 6));
    const length = long ? file.readUInt32LE(at + 8) : file.readUInt16LE(at + 6);
    at += long ? 12 : 8;
    elements.set(tag, file.subarray(at, at + length));
    at += length;
  }
  return { file, elements, end: at };
};

describe.each(draws)('the %s phantom', (_, draw, width, height) => {
  const picture = draw(7);

  test('has its size, and repeats exactly', () => {
    expect([picture.width, picture.height, picture.pixels.length]).toEqual([
      width,
      height,
      width * height,
    ]);
    expect(Buffer.from(draw(7).pixels).equals(picture.pixels)).toBe(true);
  });

  test('differs with the seed and with the finding', () => {
    expect(Buffer.from(draw(8).pixels).equals(picture.pixels)).toBe(false);
    expect(Buffer.from(draw(7, { finding: true }).pixels).equals(picture.pixels)).toBe(false);
  });

  test('uses the range of the film and carries the word PHANTOM, bright, in its lower right corner', () => {
    const corner: number[] = [];
    for (let y = Math.round(height - 0.045 * width); y < height; y++)
      for (let x = Math.round(0.78 * width); x < width; x++)
        corner.push(picture.pixels[y * width + x]!);
    const bright = corner.filter((value) => value > 225).length / corner.length;
    expect(bright).toBeGreaterThan(0.08);
    expect(bright).toBeLessThan(0.4);
    expect(picture.pixels.filter((value) => value < 30).length).toBeGreaterThan(100);
  });
});

test('lungs are darker than heart and belly, and an opacity lightens one of them', () => {
  const [clear, opaque] = [drawChest(2), drawChest(2, { finding: true })];
  const lungs = [
    [0.2, 0.3, 0.38, 0.5],
    [0.64, 0.25, 0.8, 0.5],
  ] as const;
  expect(mean(clear, lungs[0])).toBeLessThan(mean(clear, [0.5, 0.45, 0.6, 0.58]) - 40);
  expect(mean(clear, lungs[1])).toBeLessThan(mean(clear, [0.3, 0.75, 0.7, 0.85]) - 40);
  const lighter = lungs.map((lung) => mean(opaque, lung) - mean(clear, lung));
  expect(Math.max(...lighter)).toBeGreaterThan(15);
  expect(Math.min(...lighter)).toBeLessThan(10);
});

test('osteoarthritis narrows the inner joint space and leaves the outer one', () => {
  const [healthy, worn] = [drawKnee(2), drawKnee(2, { finding: true })];
  const [outer, inner] = [Math.round(0.3 * 384), Math.round(0.7 * 384)];
  expect(gap(healthy, inner)).toBeGreaterThan(8);
  expect(gap(worn, inner)).toBeLessThan(gap(healthy, inner) / 2);
  expect(Math.abs(gap(worn, outer) - gap(healthy, outer))).toBeLessThan(4);
});

describe('DICOM', () => {
  test('a reader finds the picture, its size and the group length, and tags ascend', () => {
    const image = {
      width: 5,
      height: 3,
      pixels: Uint8Array.from({ length: 15 }, (_, i) => i * 10),
    };
    const { file, elements, end } = elementsOf(
      encodeDicom(image, { modality: 'DX', bodyPart: 'KNEE' }),
    );
    expect(file.toString('latin1', 128, 132)).toBe('DICM');
    expect(end).toBe(file.length);
    expect(elements.get('0028,0010')!.readUInt16LE()).toBe(3);
    expect(elements.get('0028,0011')!.readUInt16LE()).toBe(5);
    expect(elements.get('0008,0060')!.toString()).toBe('DX');
    expect(elements.get('0018,0015')!.toString()).toBe('KNEE');
    // Fifteen bytes are padded to sixteen.
    expect(elements.get('7fe0,0010')).toEqual(Buffer.from([...image.pixels, 0]));
    const tags = [...elements.keys()];
    expect(tags.every((tag, i) => i === 0 || tag > tags[i - 1]!)).toBe(true);
    const metaEnd = 132 + 12 + elements.get('0002,0000')!.readUInt32LE();
    expect(file.readUInt16LE(metaEnd)).toBe(0x0008);
    expect(elements.get('0002,0010')!.toString()).toBe('1.2.840.10008.1.2.1\0');
  });

  test('identifiers follow from the pixels', () => {
    const image = { width: 2, height: 1, pixels: Uint8Array.of(1, 2) };
    const uid = (pixels: Uint8Array) =>
      elementsOf(encodeDicom({ ...image, pixels }, { modality: 'CR', bodyPart: 'CHEST' }))
        .elements.get('0008,0018')!
        .toString();
    expect(uid(Uint8Array.of(1, 2))).toBe(uid(Uint8Array.of(1, 2)));
    expect(uid(Uint8Array.of(1, 3))).not.toBe(uid(Uint8Array.of(1, 2)));
    expect(uid(Uint8Array.of(1, 2))).toMatch(/^2\.25\.[1-9]\d{0,38}\0?$/);
  });
});
