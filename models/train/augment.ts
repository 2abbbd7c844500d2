// Varied copies of a training picture: what must not matter to the model (crop, aspect, exposure, side) is varied. Pure.
import type { GreyImage } from '../imaging/grey-image.ts';
import { squash } from '../imaging/resize.ts';

export interface Augmentation {
  /** Largest share of a side that is cut off at each of the four edges, independently: crop and aspect change. */
  readonly cutMax: number;
  /** Largest share of a side that is added in black at an edge instead: aspect and collimation change. */
  readonly borderMax: number;
  /** Contrast is scaled by up to this factor or its inverse, about mid-grey. */
  readonly contrastMax: number;
  /** Grey levels added or taken away at most. */
  readonly brightnessMax: number;
  /** Grey ^ gamma with gamma up to this or its inverse. */
  readonly gammaMax: number;
  readonly flip: boolean;
  /** Turned about the middle by up to so many degrees to either side; what comes into the picture is black. */
  readonly turnDegreesMax: number;
  /** Half of the copies lose detail: they are shrunk to a share of their size between this and 1 (1: none are). */
  readonly detailMin: number;
}

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { floor, max, min, round } = Math;

const midGrey = 128;
const white = 255;

export function augment(
  upright: GreyImage,
  settings: Augmentation,
  random: () => number,
): GreyImage {
  const image = turn(upright, settings, random);
  const table = exposure(settings, random);
  const flipped = settings.flip && random() < 0.5;
  const across = window(image.width, settings, random);
  const down = window(image.height, settings, random);
  const pixels = new Uint8Array(across.length * down.length);
  for (let y = 0; y < down.length; y++) {
    const sourceY = y + down.start;
    if (sourceY < 0 || sourceY >= image.height) continue;
    for (let x = 0; x < across.length; x++) {
      const sourceX = (flipped ? across.length - 1 - x : x) + across.start;
      if (sourceX < 0 || sourceX >= image.width) continue;
      pixels[y * across.length + x] =
        table[image.pixels[sourceY * image.width + sourceX] ?? 0] ?? 0;
    }
  }
  return soften({ width: across.length, height: down.length, pixels }, settings, random);
}

/** Nobody lies quite straight. Bilinear between the four pixels around. */
function turn(image: GreyImage, { turnDegreesMax }: Augmentation, random: () => number): GreyImage {
  if (turnDegreesMax === 0) return image;
  const angle = ((2 * random() - 1) * turnDegreesMax * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const { width, height, pixels: source } = image;
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const pixels = new Uint8Array(source.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const fromX = middleX + cosine * (x - middleX) + sine * (y - middleY);
      const fromY = middleY - sine * (x - middleX) + cosine * (y - middleY);
      const [left, top] = [floor(fromX), floor(fromY)];
      if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) continue;
      const [right, below] = [fromX - left, fromY - top];
      const at = top * width + left;
      const upper = (source[at] ?? 0) * (1 - right) + (source[at + 1] ?? 0) * right;
      const lower = (source[at + width] ?? 0) * (1 - right) + (source[at + width + 1] ?? 0) * right;
      pixels[y * width + x] = round(upper * (1 - below) + lower * below);
    }
  return { width, height, pixels };
}

/** Films reach the model through different scanners, resizes and compressions, which differ in their finest detail. */
function soften(image: GreyImage, { detailMin }: Augmentation, random: () => number): GreyImage {
  const softened = random() < 0.5;
  const share = 1 - (1 - detailMin) * random();
  if (!softened || share === 1) return image;
  const shrunk = (side: number) => max(1, round(side * share));
  return squash(image, shrunk(image.width), shrunk(image.height));
}

/** One axis: each end moves inwards (a cut) or outwards (a border), so that [start, start + length) may leave the image. */
function window(side: number, { cutMax, borderMax }: Augmentation, random: () => number) {
  const inset = () => round(side * (random() * (cutMax + borderMax) - borderMax));
  const start = inset();
  return { start, length: max(1, side - start - inset()) };
}

/** Grey in, grey out: gamma, then contrast about mid-grey, then brightness. */
function exposure(settings: Augmentation, random: () => number): Uint8Array {
  const symmetric = () => 2 * random() - 1;
  const gamma = settings.gammaMax ** symmetric();
  const contrast = settings.contrastMax ** symmetric();
  const shift = settings.brightnessMax * symmetric();
  return Uint8Array.from({ length: white + 1 }, (_, grey) => {
    const curved = white * (grey / white) ** gamma;
    const value = (curved - midGrey) * contrast + midGrey + shift;
    return min(white, max(0, round(value)));
  });
}
