// Films made unfit on purpose: turned, negative, cut out, tiled, pasted on a page, torn. Pure.
import type { GreyImage } from '../imaging/grey-image.ts';
import { squash } from '../imaging/resize.ts';
import type { Lot } from './shade.ts';

const { floor, max, round } = Math;

/** A picture of the given size, each pixel from its place in the original, or null for `ground`. */
function moved(
  { width, height, pixels }: GreyImage,
  size: { readonly width: number; readonly height: number; readonly ground?: number },
  from: (x: number, y: number) => readonly [x: number, y: number] | null,
): GreyImage {
  const moving = new Uint8Array(size.width * size.height);
  for (let y = 0, i = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++, i++) {
      const [left, top] = from(x, y) ?? [-1, -1];
      const within = left >= 0 && top >= 0 && left < width && top < height;
      moving[i] = within ? (pixels[top * width + left] ?? 0) : (size.ground ?? 0);
    }
  return { width: size.width, height: size.height, pixels: moving };
}

const quarter = (image: GreyImage): GreyImage =>
  moved(image, { width: image.height, height: image.width }, (x, y) => [y, image.height - 1 - x]);

/** By one, two or three quarters, clockwise. */
export function turned(image: GreyImage, quarters: number): GreyImage {
  let turning = image;
  for (let done = 0; done < quarters; done++) turning = quarter(turning);
  return turning;
}

/** White air and black bone. */
export const negative = ({ width, height, pixels }: GreyImage): GreyImage => ({
  width,
  height,
  pixels: pixels.map((grey) => 255 - grey),
});

/** A piece with `share` of either side. */
export function cutOut(image: GreyImage, share: number, { between }: Lot): GreyImage {
  const size = {
    width: max(1, round(share * image.width)),
    height: max(1, round(share * image.height)),
  };
  const left = floor(between(0, image.width - size.width));
  const top = floor(between(0, image.height - size.height));
  return moved(image, size, (x, y) => [x + left, y + top]);
}

/** Several films in one picture, `across` by `down`. */
export function tiled(image: GreyImage, across: number, down: number): GreyImage {
  const size = { width: image.width, height: image.height };
  return moved(image, size, (x, y) => [(x * across) % size.width, (y * down) % size.height]);
}

/** The film small on a page or a screen of one grey. */
export function pasted(image: GreyImage, share: number, { between, random }: Lot): GreyImage {
  const { width, height } = image;
  const small = squash(image, max(1, round(share * width)), max(1, round(share * height)));
  const left = floor(between(0, width - small.width));
  const top = floor(between(0, height - small.height));
  const ground = floor(256 * random());
  return moved(small, { width, height, ground }, (x, y) => [x - left, y - top]);
}

/** Cut into strips or squares that are put together in another order. */
export function torn(image: GreyImage, { whole, random }: Lot): GreyImage {
  const [across, down] = [whole(1, 4), whole(2, 5)];
  const { width, height } = image;
  const cell = [floor(width / across), floor(height / down)] as const;
  const from = Uint32Array.from({ length: across * down }, () => floor(random() * across * down));
  return moved(image, { width: across * cell[0], height: down * cell[1] }, (x, y) => {
    const source = from[floor(y / cell[1]) * across + floor(x / cell[0])] ?? 0;
    return [
      (source % across) * cell[0] + (x % cell[0]),
      floor(source / across) * cell[1] + (y % cell[1]),
    ];
  });
}

/** One of all these by lot; `positive` leaves out the negatives, of kinds among which they occur. */
export function altered(image: GreyImage, lot: Lot, positive: boolean): GreyImage {
  const { whole, between } = lot;
  switch (positive ? whole(0, 7) : whole(0, 9)) {
    case 0:
    case 1:
      return turned(image, 2);
    case 2:
      return turned(image, 1);
    case 3:
      return turned(image, 3);
    case 4:
      return cutOut(image, between(0.2, 0.5), lot);
    case 5:
      return tiled(image, whole(1, 3), 2);
    case 6:
      return pasted(image, between(0.25, 0.55), lot);
    case 7:
      return torn(image, lot);
    default:
      return negative(image);
  }
}
