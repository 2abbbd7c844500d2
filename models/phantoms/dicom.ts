// Wraps a phantom as a DICOM file: a Secondary Capture, eight bits, explicit VR little endian (PS3.10 and PS3.3 A.8).
import { createHash } from 'node:crypto';
import type { GreyImage } from '../imaging/grey-image.ts';

export interface DicomOptions {
  readonly modality: 'DX' | 'CR';
  /** A defined term of PS3.16 annex L, such as CHEST or KNEE. */
  readonly bodyPart: string;
}

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
const explicitLittleEndian = '1.2.840.10008.1.2.1';
const preambleBytes = 128;
/** Value representations whose length takes four bytes (PS3.5, table 7.1-1). */
const longForms = ['OB', 'OW', 'UN', 'SQ', 'UT'];

type Element = readonly [group: number, element: number, vr: string, value: string | Uint8Array];

/** The same picture gives the same bytes: the identifiers are derived from the pixels, and no clock is read. */
export function encodeDicom(image: GreyImage, { modality, bodyPart }: DicomOptions): Uint8Array {
  const uid = (role: string) => derivedUid(role, image.pixels);
  const instance = uid('instance');
  const dataset: readonly Element[] = [
    [0x0008, 0x0008, 'CS', 'DERIVED\\SECONDARY'],
    [0x0008, 0x0016, 'UI', secondaryCapture],
    [0x0008, 0x0018, 'UI', instance],
    [0x0008, 0x0020, 'DA', ''],
    [0x0008, 0x0030, 'TM', ''],
    [0x0008, 0x0050, 'SH', ''],
    [0x0008, 0x0060, 'CS', modality],
    [0x0008, 0x0064, 'CS', 'SYN'],
    [0x0008, 0x0090, 'PN', ''],
    [0x0010, 0x0010, 'PN', 'PHANTOM^EVENKEEL'],
    [0x0010, 0x0020, 'LO', 'PHANTOM'],
    [0x0010, 0x0030, 'DA', ''],
    [0x0010, 0x0040, 'CS', ''],
    [0x0018, 0x0015, 'CS', bodyPart],
    [0x0020, 0x000d, 'UI', uid('study')],
    [0x0020, 0x000e, 'UI', uid('series')],
    [0x0020, 0x0010, 'SH', ''],
    [0x0020, 0x0011, 'IS', '1'],
    [0x0020, 0x0013, 'IS', '1'],
    [0x0020, 0x0020, 'CS', ''],
    [0x0028, 0x0002, 'US', unsigned(1)],
    [0x0028, 0x0004, 'CS', 'MONOCHROME2'],
    [0x0028, 0x0010, 'US', unsigned(image.height)],
    [0x0028, 0x0011, 'US', unsigned(image.width)],
    [0x0028, 0x0100, 'US', unsigned(8)],
    [0x0028, 0x0101, 'US', unsigned(8)],
    [0x0028, 0x0102, 'US', unsigned(7)],
    [0x0028, 0x0103, 'US', unsigned(0)],
    [0x7fe0, 0x0010, 'OB', image.pixels],
  ];
  const meta: readonly Element[] = [
    [0x0002, 0x0001, 'OB', Uint8Array.of(0, 1)],
    [0x0002, 0x0002, 'UI', secondaryCapture],
    [0x0002, 0x0003, 'UI', instance],
    [0x0002, 0x0010, 'UI', explicitLittleEndian],
    [0x0002, 0x0012, 'UI', derivedUid('implementation', new Uint8Array())],
    [0x0002, 0x0013, 'SH', 'EVENKEEL'],
  ];
  const metaBytes = Buffer.concat(meta.map(encodeElement));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(metaBytes.length);
  return Buffer.concat([
    Buffer.alloc(preambleBytes),
    Buffer.from('DICM', 'latin1'),
    encodeElement([0x0002, 0x0000, 'UL', length]),
    metaBytes,
    ...dataset.map(encodeElement),
  ]);
}

function unsigned(value: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** Values have even length: identifiers and bytes are filled with a zero, texts with a space. */
function encodeElement([group, element, vr, value]: Element): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  const filler = vr === 'UI' || typeof value !== 'string' ? '\0' : ' ';
  const padded =
    bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(filler, 'latin1')]);
  const long = longForms.includes(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(element, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(padded.length, 8);
  else head.writeUInt16LE(padded.length, 6);
  return Buffer.concat([head, padded]);
}

/** 2.25 and a number of 128 bits: the root for identifiers made without a registry (PS3.5, B.2). */
function derivedUid(role: string, bytes: Uint8Array): string {
  const digest = createHash('sha256').update(role).update(bytes).digest('hex').slice(0, 32);
  return `2.25.${BigInt(`0x${digest}`).toString()}`;
}
