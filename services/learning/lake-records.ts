// What lies in the lake beside the films, as JSON: days and no times, roles and no names, no file names.
import type { Decision } from '../../fleet/study.ts';
import type { Opinion, Shown } from '../../models/learn/opinions.ts';

/** The first model's answer for a film, as it was given. */
export interface LakeReading {
  readonly formatVersion: 1;
  readonly film: string;
  readonly study: string;
  readonly model: string;
  readonly version: string;
  readonly label: string;
  readonly logit: number;
  /** Calibrated. */
  readonly probability: number;
  readonly decision: Decision;
  /** Of a model that grades. */
  readonly grade?: GradeGiven;
  /** float32, little-endian, base64; null when the model gives none. */
  readonly features: string | null;
  readonly day: string;
}

interface GradeGiven {
  readonly name: string;
  /** Lowest first. */
  readonly names: readonly string[];
  /** Number of the lowest that counts as the finding. */
  readonly findingFrom: number;
}

export const roles = ['radiologist', 'physician', 'radiographer', 'researcher', 'other'] as const;
export type Role = (typeof roles)[number];

export interface LakeFeedback {
  readonly formatVersion: 1;
  readonly film: string;
  readonly study: string;
  readonly model: string;
  readonly version: string;
  readonly opinion: Opinion;
  /** What the film shows by this opinion; null where it names nothing, as agreeing with "unsure" does. */
  readonly shows: Shown | null;
  /** Of the model's names, where the reader gave one. */
  readonly grade?: string;
  readonly role: Role | null;
  readonly day: string;
}

export interface LakeConsent {
  readonly formatVersion: 1;
  readonly film: string;
  readonly study: string;
  readonly day: string;
}

export interface StudyLink {
  readonly formatVersion: 1;
  readonly film: string;
  readonly model: string;
  readonly version: string;
}

/** The tombstone of a film. */
export interface LakeWithdrawal {
  readonly formatVersion: 1;
  /** Of the token that withdrew it, so that the same request may be repeated. */
  readonly tokenSha256: string;
  readonly day: string;
}

export const encodeJson = (value: object): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value));

/** Null for a damaged object, which counts as none; what stands in the lake was written by this program. */
export function decodeJson(bytes: Uint8Array | null): { readonly formatVersion: 1 } | null {
  if (bytes === null) return null;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as { formatVersion?: unknown } | null;
    return value?.formatVersion === 1 ? { ...value, formatVersion: 1 } : null;
  } catch {
    return null;
  }
}

/** The day, in UTC: the hour of an examination can name a patient. */
export const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);

export const encodeFeatures = (features: Float32Array | null): string | null =>
  features === null
    ? null
    : Buffer.from(features.buffer, features.byteOffset, features.byteLength).toString('base64');

export function decodeFeatures(base64: string | null): Float32Array | null {
  if (base64 === null) return null;
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  return bytes.length % 4 === 0 && bytes.length > 0 ? new Float32Array(bytes.buffer) : null;
}
