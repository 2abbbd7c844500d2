// The one resize of training and serving: separable triangle filter, widened when shrinking so that nothing is skipped.
import type { GreyImage } from './grey-image.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { abs, ceil, floor, max, min, round } = Math;

/** Recorded in every manifest; another kernel is another model. */
export const resizeKernel = 'triangle';

/** What one output position takes from the input: `weights` of the positions from `start` on; they add up to 1. */
interface Taps {
  readonly start: number;
  readonly weights: Float64Array;
}

/** Stretches or squashes to exactly width x height, ignoring the aspect ratio. A picture of that size comes back as it is. */
export function squash(image: GreyImage, width: number, height: number): GreyImage {
  if (image.width === width && image.height === height) return image;
  const across = tapsFor(image.width, width);
  const down = tapsFor(image.height, height);
  const narrow = new Float64Array(width * image.height);
  for (let y = 0; y < image.height; y++) {
    const row = image.pixels.subarray(y * image.width, (y + 1) * image.width);
    across.forEach((taps, x) => {
      narrow[y * width + x] = weigh(row, taps);
    });
  }
  const pixels = new Uint8Array(width * height);
  down.forEach(({ start, weights }, y) => {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++)
        sum += (weights[i] ?? 0) * (narrow[(start + i) * width + x] ?? 0);
      pixels[y * width + x] = round(sum);
    }
  });
  return { width, height, pixels };
}

/** Shrinks to fit into a square of `sideMax`, keeping the aspect ratio; never enlarges. */
export function fitWithin(image: GreyImage, sideMax: number): GreyImage {
  const scale = min(1, sideMax / max(image.width, image.height));
  const scaled = (side: number) => max(1, round(side * scale));
  return squash(image, scaled(image.width), scaled(image.height));
}

function weigh(row: Uint8Array, { start, weights }: Taps): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (row[start + i] ?? 0);
  return sum;
}

/** Positions are pixel centres; the triangle reaches one output pixel to each side, or one input pixel when enlarging. */
function tapsFor(from: number, to: number): readonly Taps[] {
  const scale = from / to;
  const reach = max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5;
    const start = max(0, ceil(centre - reach));
    const end = min(from - 1, floor(centre + reach));
    const weights = Float64Array.from({ length: end - start + 1 }, (_unused, k) =>
      max(0, 1 - abs(start + k - centre) / reach),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { start, weights: weights.map((weight) => weight / total) };
  });
}
