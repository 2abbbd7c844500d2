// Reads chosen files out of a zip archive without trusting it: names, sizes and checksums are checked before any use.
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { InputError } from '../../fleet/errors.ts';

// Layout after PKWARE's APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (its end).
const endSignature = 0x06054b50;
const endBytes = 22;
const commentBytesMax = 0xffff;
const centralSignature = 0x02014b50;
const centralBytes = 46;
const localSignature = 0x04034b50;
const localBytes = 30;
const zip64Mark = 0xffffffff;
const symbolicLink = 0o120000;
const fileTypeMask = 0o170000;
const encryptedFlag = 1;

const entriesMax = 65_534;
export const entryBytesMax = 64 * 2 ** 20;
const centralDirectoryBytesMax = 32 * 2 ** 20;

export interface ZipEntry {
  /** Checked: relative, forward slashes, no `..`. */
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly method: number;
  readonly crc: number;
  readonly offset: number;
}

/** The files of the archive, folders left out. Refuses the whole archive if one name could escape a folder. */
export async function listZip(archive: FileHandle): Promise<readonly ZipEntry[]> {
  const { size } = await archive.stat();
  const tail = await read(archive, Math.max(0, size - endBytes - commentBytesMax), size);
  const end = lastEnd(tail);
  const count = end.readUInt16LE(10);
  const directoryBytes = end.readUInt32LE(12);
  const directoryOffset = end.readUInt32LE(16);
  if (count > entriesMax || directoryOffset === zip64Mark)
    throw refused(`The archive has ${count} entries or more`, 'zip-too-large');
  if (directoryBytes > centralDirectoryBytesMax || directoryOffset + directoryBytes > size)
    throw refused('The central directory lies outside the archive', 'zip-damaged');
  const directory = await read(archive, directoryOffset, directoryOffset + directoryBytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + centralBytes > directory.length || directory.readUInt32LE(at) !== centralSignature)
      throw refused(`Entry ${index} of the central directory is malformed`, 'zip-damaged');
    const nameEnd = at + centralBytes + directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + centralBytes, nameEnd);
    const entry = centralEntry(directory.subarray(at, at + centralBytes), name);
    if (!name.endsWith('/')) entries.push(entry);
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** The unpacked bytes of one entry, its length and CRC-32 checked. */
export async function readEntry(archive: FileHandle, entry: ZipEntry): Promise<Uint8Array> {
  const { size } = await archive.stat();
  const header = await read(archive, entry.offset, entry.offset + localBytes);
  if (header.readUInt32LE(0) !== localSignature)
    throw refused(`${entry.name} has no local header`, 'zip-damaged');
  const start = entry.offset + localBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.compressedBytes > size)
    throw refused(`${entry.name} ends outside the archive`, 'zip-damaged');
  const packed = await read(archive, start, start + entry.compressedBytes);
  const bytes = entry.method === 0 ? packed : await inflate(packed, entry);
  if (bytes.length !== entry.bytes || crc32(bytes) !== entry.crc)
    throw refused(`${entry.name} does not match its checksum`, 'zip-damaged');
  return bytes;
}

function centralEntry(header: Buffer, name: string): ZipEntry {
  const entry = {
    name,
    method: header.readUInt16LE(10),
    crc: header.readUInt32LE(16),
    compressedBytes: header.readUInt32LE(20),
    bytes: header.readUInt32LE(24),
    offset: header.readUInt32LE(42),
  };
  const mode = header.readUInt32LE(38) >>> 16;
  if ((mode & fileTypeMask) === symbolicLink) throw refused(`${name} is a link`, 'zip-unsafe');
  if (!isInside(name)) throw refused(`An entry is called "${name}"`, 'zip-unsafe');
  if ((header.readUInt16LE(8) & encryptedFlag) !== 0 || (entry.method !== 0 && entry.method !== 8))
    throw refused(`${name} is encrypted or packed with method ${entry.method}`, 'zip-unsupported');
  if (entry.bytes > entryBytesMax || entry.compressedBytes > entryBytesMax)
    throw refused(`${name} has ${entry.bytes} bytes, more than ${entryBytesMax}`, 'zip-too-large');
  return entry;
}

const isInside = (name: string) =>
  name !== '' &&
  !/^[/\\]|^[A-Za-z]:|[\0\\]/.test(name) &&
  !name.split('/').some((part) => part === '..');

const inflateAsync = promisify(inflateRaw);

async function inflate(packed: Uint8Array, entry: ZipEntry): Promise<Uint8Array> {
  try {
    return await inflateAsync(packed, { maxOutputLength: Math.max(1, entry.bytes) });
  } catch (cause) {
    throw refused(`${entry.name} cannot be unpacked to its stated size`, 'zip-damaged', { cause });
  }
}

function lastEnd(tail: Buffer): Buffer {
  for (let at = tail.length - endBytes; at >= 0; at--)
    if (tail.readUInt32LE(at) === endSignature) return tail.subarray(at, at + endBytes);
  throw refused('The file has no end of central directory', 'zip-damaged');
}

async function read(archive: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await archive.read(buffer, 0, buffer.length, start);
  if (bytesRead !== buffer.length) throw refused('The archive ends too early', 'zip-damaged');
  return buffer;
}

const refused = (found: string, code: string, options?: ErrorOptions) =>
  new InputError(
    code,
    {
      found,
      why: 'Nothing of an archive is used that is damaged, oversized or could write outside its folder',
      remedy: 'Fetch the archive again; if it stays so, report it to the deposit',
    },
    options,
  );
