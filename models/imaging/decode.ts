// Decodes an uploaded PNG or JPEG to 8-bit grey, within an allow-list of formats, a pixel cap and a deadline.
import sharp from 'sharp';
import { InputError } from '../../fleet/errors.ts';
import type { GreyImage } from './grey-image.ts';
import { animationOf } from './png-chunks.ts';
import { sniff } from './sniff.ts';

// Looked up once: where tests run, each mention of a global costs more than the arithmetic around it.
const { round } = Math;

/** The largest flat-panel detectors give about 18 megapixels; 40 leaves room and still decodes in 160 MB. */
export const pixelsMax = 40_000_000;
const decodeSecondsMax = 5;

// libvips would otherwise open SVG, PDF, TIFF and a dozen more, whatever the file calls itself.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg'] });
// One thread and no cache: parallelism belongs to the worker pool, and patients' pixels are not kept.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Reads the picture as a person sees it in a browser: EXIF orientation is honoured, transparency lies on black, colour
 * becomes luma, and of 16 bits the upper eight count. Embedded colour profiles are ignored: the stored values are the data.
 *
 * Throws `InputError` 'empty-file' | 'unsupported-format' | 'damaged-image' | 'too-many-pixels' | 'decode-deadline'.
 */
export async function decodeGrey(bytes: Uint8Array): Promise<GreyImage> {
  refuseUnsupported(bytes);
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: pixelsMax,
      failOn: 'error',
      sequentialRead: true,
      ignoreIcc: true,
      autoOrient: true,
    })
      .toColourspace('srgb')
      .timeout({ seconds: decodeSecondsMax })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, pixels: toGrey(data, info.channels) };
  } catch (error) {
    throw await refusalFor(error, bytes);
  }
}

function refuseUnsupported(bytes: Uint8Array): void {
  const remedy = 'Send the radiograph as a PNG or JPEG file';
  if (bytes.length === 0)
    throw new InputError('empty-file', {
      found: 'The file is empty',
      why: 'There is nothing to read',
      remedy,
    });
  const sniffed = sniff(bytes);
  const called = sniffed.accepted ? animationOf(bytes, sniffed.format) : sniffed.called;
  if (called !== null)
    throw new InputError('unsupported-format', {
      found: `The file is ${called}`,
      why: 'Only still PNG and JPEG pictures are decoded',
      remedy,
    });
}

/** libvips reports by message only; the texts are those of sharp 0.35 with libvips 8.18. */
async function refusalFor(error: unknown, bytes: Uint8Array): Promise<InputError> {
  const message = error instanceof Object && 'message' in error ? String(error.message) : '';
  if (message.includes('pixel limit'))
    return new InputError(
      'too-many-pixels',
      {
        found: `The picture has ${await sizeInWords(bytes)} pixels`,
        why: `More than ${pixelsMax / 1e6} megapixels would take the memory that other readings need`,
        remedy: 'Scale it down; models look at far fewer pixels',
      },
      { cause: error },
    );
  if (message.startsWith('timeout'))
    return new InputError(
      'decode-deadline',
      {
        found: `The picture could not be decoded within ${decodeSecondsMax} seconds`,
        why: 'No upload may hold a reader for longer',
        remedy: 'Save it anew as a plain PNG or JPEG, and try again',
      },
      { cause: error },
    );
  return new InputError(
    'damaged-image',
    {
      found: 'The picture is damaged or incomplete',
      why: 'A reading of half a picture would be worth nothing',
      remedy: 'Export it again and repeat the upload',
    },
    { cause: error },
  );
}

/** From the header alone: nothing is decoded. */
async function sizeInWords(bytes: Uint8Array): Promise<string> {
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return `${width} x ${height}`;
}

/** Luma by ITU-R BT.601; grey stays exactly what it was. A last channel besides grey or colour is opacity. */
function toGrey(data: Uint8Array, channels: number): Uint8Array {
  const coloured = channels >= 3;
  const opacityAt = channels === 2 || channels === 4 ? channels - 1 : null;
  const pixels = new Uint8Array(data.length / channels);
  for (let i = 0, at = 0; i < pixels.length; i++, at += channels) {
    const first = data[at] ?? 0;
    const luma = coloured
      ? round((299 * first + 587 * (data[at + 1] ?? 0) + 114 * (data[at + 2] ?? 0)) / 1_000)
      : first;
    pixels[i] = opacityAt === null ? luma : round((luma * (data[at + opacityAt] ?? 0)) / 255);
  }
  return pixels;
}
