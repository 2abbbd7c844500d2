// Left and right exchanged. Pure.
import type { GreyImage } from './grey-image.ts';

export function mirrored({ width, height, pixels }: GreyImage): GreyImage {
  const turned = new Uint8Array(pixels.length);
  for (let row = 0; row < pixels.length; row += width)
    turned.set(pixels.subarray(row, row + width).toReversed(), row);
  return { width, height, pixels: turned };
}
