// Walks the chunks of a PNG before it is decoded, to find what a decoder would pass over in silence.
import type { AcceptedFormat } from './sniff.ts';

const signatureBytes = 8;
/** Length, type and checksum around each chunk's data. */
const framingBytes = 12;
const chunksMax = 1_000;

/** Names an animated PNG, whose frames a browser shows but whose first picture alone would be read; else null. */
export function animationOf(bytes: Uint8Array, format: AcceptedFormat): string | null {
  if (format !== 'png') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = signatureBytes;
  for (let chunk = 0; chunk < chunksMax && at + framingBytes <= bytes.length; chunk++) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'acTL') return 'an animated PNG';
    if (type === 'IDAT') return null;
    at += framingBytes + view.getUint32(at);
  }
  return null;
}
