// Tells a file's format by its first bytes, so that a refusal can name what was sent.

export type AcceptedFormat = 'png' | 'jpeg';

export type Sniffed =
  | { readonly accepted: true; readonly format: AcceptedFormat }
  | { readonly accepted: false; readonly called: string };

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

interface Signature {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly called: string;
}

const at = (offset: number, text: string, called: string): Signature => ({
  offset,
  bytes: latin(text),
  called,
});

/** In this order: the first that fits wins. */
const refused: readonly Signature[] = [
  at(128, 'DICM', 'a DICOM file'),
  at(0, 'GIF8', 'a GIF picture'),
  at(8, 'WEBP', 'a WebP picture'),
  at(0, '%PDF', 'a PDF document'),
  at(0, 'BM', 'a BMP picture'),
  at(0, 'II*\0', 'a TIFF picture'),
  at(0, 'MM\0*', 'a TIFF picture'),
  at(4, 'ftypavif', 'an AVIF picture'),
  at(4, 'ftyphei', 'a HEIC picture'),
  at(4, 'ftypmif1', 'a HEIF picture'),
  at(4, 'ftyp', 'an MP4 or QuickTime video'),
  at(4, 'jP  ', 'a JPEG 2000 picture'),
  at(0, '\xff\x4f\xff\x51', 'a JPEG 2000 picture'),
  at(4, 'JXL ', 'a JPEG XL picture'),
  at(0, '\xff\x0a', 'a JPEG XL picture'),
  at(0, '8BPS', 'a Photoshop document'),
  at(0, '\0\0\x01\0', 'a Windows icon'),
  at(0, 'PK\x03\x04', 'a ZIP archive'),
  at(0, '\x1f\x8b', 'a gzip archive'),
  at(0, '\x7fELF', 'a program'),
  at(0, 'MZ', 'a program'),
];

const png = latin('\x89PNG\r\n\x1a\n');
const jpeg = latin('\xff\xd8\xff');
/** How much of a text is looked at for what kind of text it is. */
const textBytes = 1_024;

const startsWith = (bytes: Uint8Array, prefix: Uint8Array, offset = 0) =>
  prefix.every((byte, i) => bytes[offset + i] === byte);

export function sniff(bytes: Uint8Array): Sniffed {
  if (startsWith(bytes, png)) return { accepted: true, format: 'png' };
  if (startsWith(bytes, jpeg)) return { accepted: true, format: 'jpeg' };
  const known = refused.find((signature) => startsWith(bytes, signature.bytes, signature.offset));
  return { accepted: false, called: known?.called ?? textKind(bytes) };
}

function textKind(bytes: Uint8Array): string {
  const head = bytes.subarray(0, textBytes);
  // Control characters other than tab, line feed, form feed and carriage return do not occur in texts.
  if (head.some((byte) => byte < 32 && ![9, 10, 12, 13].includes(byte)))
    return 'in a format that is not known here';
  const text = new TextDecoder().decode(head).toLowerCase();
  if (text.includes('<svg')) return 'an SVG drawing';
  if (text.includes('<html') || text.includes('<!doctype html')) return 'a web page';
  return 'a text';
}
