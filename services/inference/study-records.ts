// A stored study: its content address, and the one object that keeps the reading together with its overlays.
import { createHash } from 'node:crypto';
import type { StudyReading } from '../../fleet/study.ts';

export const studyPrefix = 'studies/';

const studyPattern = /^[0-9a-f]{64}$/;

/** SHA-256 over model, version and image bytes: the same film is the same study in every region, whatever its name. */
export function studyAddress(model: string, version: string, image: Uint8Array): string {
  return createHash('sha256').update(`${model}\n${version}\n`).update(image).digest('hex');
}

/** Null when the text cannot be the address of a study. */
export const studyKey = (study: string): string | null =>
  studyPattern.test(study) ? `${studyPrefix}${study}.json` : null;

/** A finding's label as one segment of a URL. */
export const labelSlug = (label: string): string =>
  label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 63);

/** Reading and overlays in one object: they come, and at the end of their time go, together. */
export interface StudyRecord {
  readonly reading: StudyReading;
  /** PNG by label slug. */
  readonly overlays: ReadonlyMap<string, Uint8Array>;
}

export function encodeRecord({ reading, overlays }: StudyRecord): Uint8Array {
  const base64 = [...overlays].map(([slug, png]) => [slug, base64Of(png)]);
  const json = JSON.stringify({ formatVersion: 1, reading, overlays: Object.fromEntries(base64) });
  return new TextEncoder().encode(json);
}

/** Null when the bytes are not a record of this study: a damaged copy is as good as none, the film is read anew. */
export function decodeRecord(bytes: Uint8Array, study: string): StudyRecord | null {
  const stored = parsed(bytes);
  if (stored?.formatVersion !== 1 || stored.reading?.study !== study) return null;
  const overlays = Object.entries(stored.overlays ?? {}).map(
    ([slug, base64]) => [slug, new Uint8Array(Buffer.from(base64, 'base64'))] as const,
  );
  return { reading: stored.reading, overlays: new Map(overlays) };
}

interface StoredRecord {
  readonly formatVersion?: number;
  readonly reading?: StudyReading;
  readonly overlays?: Readonly<Record<string, string>>;
}

function parsed(bytes: Uint8Array): StoredRecord | null {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as StoredRecord | null;
  } catch {
    return null;
  }
}

export const base64Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
