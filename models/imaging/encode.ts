// Encodes pictures of ours: PNG and JPEG of a grey picture, PNG of an overlay, and the preview of an upload.
import sharp from 'sharp';
import { decodeGrey } from './decode.ts';
import type { GreyImage } from './grey-image.ts';
import { fitWithin } from './resize.ts';

export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  /** width * height * 4 values; opacity is not premultiplied. */
  readonly pixels: Uint8Array;
}

const jpegQuality = 90;

export const encodePng = (image: GreyImage): Promise<Uint8Array> =>
  greyscale(image).png({ compressionLevel: 9 }).toBuffer();

export const encodeJpeg = (image: GreyImage, quality = jpegQuality): Promise<Uint8Array> =>
  greyscale(image).jpeg({ quality }).toBuffer();

export const encodeRgbaPng = ({ width, height, pixels }: RgbaImage): Promise<Uint8Array> =>
  sharp(pixels, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toBuffer();

/** An upload's pixels, and nothing else of it, as a PNG of at most `sideMax` pixels; refuses what `decodeGrey` refuses. */
export async function previewPng(bytes: Uint8Array, sideMax: number): Promise<Uint8Array> {
  return encodePng(fitWithin(await decodeGrey(bytes), sideMax));
}

const greyscale = ({ width, height, pixels }: GreyImage) =>
  sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
