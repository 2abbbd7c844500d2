// Writes PNG files byte by byte, so that tests can make the odd ones that no encoder would.
import { createDeflate, crc32, deflateSync } from 'node:zlib';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export const colourTypes = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

export interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  readonly colourType: number;
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function headerChunk({ width, height, bitDepth, colourType }: Header): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([bitDepth, colourType, 0, 0, 0], 8);
  return chunk('IHDR', data);
}

/** `rows` are the packed samples of each row; `extra` chunks go before the pixels. */
export const writePng = (
  header: Header,
  rows: readonly Uint8Array[],
  extra: readonly Buffer[] = [],
): Buffer =>
  Buffer.concat([
    signature,
    headerChunk(header),
    ...extra,
    chunk('IDAT', deflateSync(Buffer.concat(rows.flatMap((row) => [Buffer.of(0), row])))),
    chunk('IEND', Buffer.alloc(0)),
  ]);

/** A black picture of any size, compressed row by row so that writing it takes no memory. */
export async function writeBlackPng(width: number, height: number): Promise<Buffer> {
  const deflate = createDeflate({ level: 9 });
  const packed: Buffer[] = [];
  deflate.on('data', (part: Buffer) => packed.push(part));
  const done = new Promise((resolve) => deflate.once('end', resolve));
  const row = Buffer.alloc(Math.ceil(width / 8) + 1);
  for (let y = 0; y < height; y++)
    if (!deflate.write(row)) await new Promise((resolve) => deflate.once('drain', resolve));
  deflate.end();
  await done;
  const header = headerChunk({ width, height, bitDepth: 1, colourType: colourTypes.grey });
  const data = chunk('IDAT', Buffer.concat(packed));
  return Buffer.concat([signature, header, data, chunk('IEND', Buffer.alloc(0))]);
}
