// Uploads: what is decoded, exactly how, and what is refused and in which words.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from '@jest/globals';
import { decodeGrey, pixelsMax } from '../../../models/imaging/decode.ts';
import { encodeJpeg, encodePng, previewPng } from '../../../models/imaging/encode.ts';
import { encodeDicom } from '../../../models/phantoms/dicom.ts';
import { chunk, colourTypes, writeBlackPng, writePng } from '../../support/png.ts';

const corpora = '../shared/corpora';
const ramp = { width: 256, height: 1, pixels: Uint8Array.from({ length: 256 }, (_, i) => i) };

const samples16 = (channels: number, value: (pixel: number, channel: number) => number) => {
  const row = Buffer.alloc(256 * channels * 2);
  for (let i = 0; i < 256 * channels; i++)
    row.writeUInt16BE(value(Math.floor(i / channels), i % channels), i * 2);
  return row;
};
const samples8 = (channels: number, value: (pixel: number, channel: number) => number) =>
  Uint8Array.from({ length: 256 * channels }, (_, i) =>
    value(Math.floor(i / channels), i % channels),
  );
const png = (bitDepth: 8 | 16, colourType: number, row: Uint8Array, extra: Buffer[] = []) =>
  writePng({ width: 256, height: 1, bitDepth, colourType }, [row], extra);

const refusal = (bytes: Uint8Array) =>
  decodeGrey(bytes).then(
    () => 'decoded',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

const text = (content: string) => new TextEncoder().encode(content);

const at = (offset: number, content: string) =>
  Buffer.concat([Buffer.alloc(offset), Buffer.from(content, 'latin1'), Buffer.alloc(200)]);

describe('grey levels', () => {
  test.each<[string, Uint8Array]>([
    [
      '8-bit grey',
      png(
        8,
        colourTypes.grey,
        samples8(1, (i) => i),
      ),
    ],
    [
      '16-bit grey, by its upper eight bits',
      png(
        16,
        colourTypes.grey,
        samples16(1, (i) => i * 256 + 255),
      ),
    ],
    [
      '8-bit colour of equal parts',
      png(
        8,
        colourTypes.rgb,
        samples8(3, (i) => i),
      ),
    ],
    [
      '16-bit colour of equal parts',
      png(
        16,
        colourTypes.rgb,
        samples16(3, (i) => i * 257),
      ),
    ],
    [
      'white behind a veil, on black',
      png(
        8,
        colourTypes.greyAlpha,
        samples8(2, (i, c) => (c ? i : 255)),
      ),
    ],
    [
      'the same in 16 bits and colour',
      png(
        16,
        colourTypes.rgba,
        samples16(4, (i, c) => (c < 3 ? 65_535 : i * 257)),
      ),
    ],
    [
      'a palette of greys',
      png(
        8,
        colourTypes.palette,
        samples8(1, (i) => i),
        [
          chunk(
            'PLTE',
            samples8(3, (i) => i),
          ),
        ],
      ),
    ],
    [
      'a palette with transparency',
      png(
        8,
        colourTypes.palette,
        samples8(1, (i) => i),
        [
          chunk(
            'PLTE',
            samples8(3, () => 255),
          ),
          chunk(
            'tRNS',
            samples8(1, (i) => i),
          ),
        ],
      ),
    ],
  ])('%s comes out as it is', async (_, bytes) => {
    expect(await decodeGrey(bytes)).toEqual(ramp);
  });

  test('colour becomes luma with the weights of BT.601', async () => {
    const primaries = png(
      8,
      colourTypes.rgb,
      samples8(3, (i, c) => (i % 3 === c ? 255 : 0)),
    );
    const { pixels } = await decodeGrey(primaries);
    expect(Array.from(pixels.slice(0, 3))).toEqual([76, 150, 29]);
  });

  test('a colour profile is ignored: the stored values are the data', async () => {
    const red = png(
      8,
      colourTypes.rgb,
      samples8(3, (_, c) => (c === 0 ? 255 : 0)),
    );
    const tagged = await sharp(red).withIccProfile('p3').png().toBuffer();
    const stored = await sharp(tagged, { ignoreIcc: true }).raw().toBuffer();
    const [r = 0, g = 0, b = 0] = stored;
    const { pixels } = await decodeGrey(tagged);
    expect(pixels[0]).toBe(Math.round(0.299 * r + 0.587 * g + 0.114 * b));
    // 76 is the luma of red: what a decoder that converts to sRGB would give.
    expect(pixels[0]).toBeGreaterThan(90);
  });

  test('EXIF orientation is honoured, as every browser does', async () => {
    const upright = { width: 3, height: 2, pixels: Uint8Array.of(0, 50, 100, 150, 200, 250) };
    const turned = await sharp(await encodePng(upright))
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const seen = await decodeGrey(turned);
    expect(seen).toEqual({ width: 2, height: 3, pixels: Uint8Array.of(150, 0, 200, 50, 250, 100) });
  });

  test('a JPEG of ours comes back within its quality', async () => {
    const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => 60 + (i % 64) * 2);
    const decoded = await decodeGrey(await encodeJpeg({ width: 64, height: 64, pixels }));
    expect(
      Math.max(...decoded.pixels.map((value, i) => Math.abs(value - pixels[i]!))),
    ).toBeLessThan(12);
  });
});

describe('refusals', () => {
  test.each<[string, Uint8Array]>([
    ['an SVG drawing', text('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a web page', text('<!DOCTYPE html><title>x</title>')],
    ['a text', text('not a picture')],
    ['a GIF picture', at(0, 'GIF89a')],
    ['a WebP picture', at(0, 'RIFF\0\0\0\0WEBPVP8 ')],
    ['a BMP picture', at(0, 'BM')],
    ['a TIFF picture', at(0, 'II*\0')],
    ['a TIFF picture', at(0, 'MM\0*')],
    ['a PDF document', at(0, '%PDF-1.7')],
    ['a HEIC picture', at(0, '\0\0\0\x18ftypheic')],
    ['an AVIF picture', at(0, '\0\0\0\x18ftypavif')],
    ['a JPEG 2000 picture', at(0, '\xff\x4f\xff\x51')],
    ['a ZIP archive', at(0, 'PK\x03\x04')],
    ['a DICOM file', encodeDicom(ramp, { modality: 'DX', bodyPart: 'CHEST' })],
    ['in a format that is not known here', Uint8Array.of(1, 2, 3, 4, 0, 200)],
    [
      'an animated PNG',
      png(
        8,
        colourTypes.grey,
        samples8(1, () => 0),
        [chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]))],
      ),
    ],
  ])('%s is named', async (called, bytes) => {
    await expect(decodeGrey(bytes)).rejects.toMatchObject({
      code: 'unsupported-format',
      parts: { found: `The file is ${called}` },
    });
  });

  test('an empty file is called empty', async () => {
    expect(await refusal(new Uint8Array())).toBe('empty-file');
  });

  test('a picture that ends too early is damaged, PNG and JPEG alike', async () => {
    const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * 97) % 256);
    for (const encode of [encodePng, encodeJpeg]) {
      const bytes = await encode({ width: 64, height: 64, pixels });
      expect(await refusal(bytes)).toBe('decoded');
      expect(await refusal(bytes.subarray(0, bytes.length * 0.6))).toBe('damaged-image');
      expect(await refusal(bytes.subarray(0, 20))).toBe('damaged-image');
    }
  });

  test('forty megapixels are decoded, one row more is refused with its size', async () => {
    const width = 8_000;
    const { pixels } = await decodeGrey(await writeBlackPng(width, pixelsMax / width));
    expect(pixels).toHaveLength(pixelsMax);
    const larger = await writeBlackPng(width, pixelsMax / width + 1);
    await expect(decodeGrey(larger)).rejects.toMatchObject({
      code: 'too-many-pixels',
      parts: { found: 'The picture has 8000 x 5001 pixels' },
    });
  });

  test('a bomb of 169 megapixels in 21 kilobytes is refused before anything is unpacked', async () => {
    const bomb = await writeBlackPng(13_000, 13_000);
    expect(bomb.length).toBeLessThan(25_000);
    const before = process.memoryUsage().rss;
    expect(await refusal(bomb)).toBe('too-many-pixels');
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });
});

describe('previews', () => {
  test('a wide picture is fitted, a small one stays, and neither keeps what the file said of itself', async () => {
    const wide = await sharp(
      await encodePng({ width: 300, height: 100, pixels: new Uint8Array(30_000) }),
    )
      .withMetadata({ exif: { IFD0: { Artist: 'Name^Given' } } })
      .jpeg()
      .toBuffer();
    const preview = await previewPng(wide, 150);
    const facts = await sharp(preview).metadata();
    expect([facts.format, facts.width, facts.height]).toEqual(['png', 150, 50]);
    expect(facts.exif).toBeUndefined();
    expect((await decodeGrey(await previewPng(wide, 1_024))).width).toBe(300);
    await expect(previewPng(new Uint8Array(), 150)).rejects.toMatchObject({ code: 'empty-file' });
  });
});

const corpus = (name: string) => {
  const folder = join(corpora, name);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  if (files.length === 0) console.warn(`skipped: there is no ${folder} beside the checkout`);
  return files.map((file) => [file, readFileSync(join(folder, file))] as const);
};

(existsSync(corpora) ? describe : describe.skip)('public corpora', () => {
  test('PngSuite: the corrupt files, x*, are refused and all others are decoded', async () => {
    const wrong: string[] = [];
    for (const [file, bytes] of corpus('pngsuite')) {
      const outcome = await refusal(bytes);
      const known = ['damaged-image', 'unsupported-format'].includes(outcome);
      if (file.startsWith('x') ? !known : outcome !== 'decoded') wrong.push(`${file}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });

  test('fuzzed JPEGs are decoded or refused with a code', async () => {
    const outcomes = new Set<string>();
    for (const [, bytes] of corpus('jpeg-afl')) outcomes.add(await refusal(bytes));
    const known = [
      'decoded',
      'damaged-image',
      'unsupported-format',
      'too-many-pixels',
      'empty-file',
    ];
    expect([...outcomes].filter((outcome) => !known.includes(outcome))).toEqual([]);
  });

  test('GIF and BMP files are all refused as what they are', async () => {
    const outcomes = new Set<string>();
    for (const [, bytes] of corpus('other-formats')) outcomes.add(await refusal(bytes));
    expect([...outcomes].filter((outcome) => outcome !== 'unsupported-format')).toEqual([]);
  });
});
