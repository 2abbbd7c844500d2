// The lake of films that people agreed to share: kept by content, listed by nobody outside, and forgotten whole.
import { createHash, randomBytes } from 'node:crypto';
import type { ObjectStore } from '../adapters/object-store.ts';
import type { Keeping } from '../studies.ts';
import { forgetFilm } from './forget-film.ts';
import {
  consentKey,
  consentsOf,
  filmKey,
  filmPrefix,
  isHash,
  readingKey,
  studyLinkKey,
  withdrawalKey,
} from './lake-keys.ts';
import { dayOf, decodeJson, encodeFeatures, encodeJson } from './lake-records.ts';
import type { LakeConsent, LakeReading, LakeWithdrawal, StudyLink } from './lake-records.ts';

export interface LakeOptions {
  readonly store: ObjectStore;
  readonly nowMs: () => number;
  readonly daysMax: number;
  /** Times `filmSideMax` squared bytes, at worst, is what the lake may come to. */
  readonly filmsMax: number;
}

/** Finer than any model here looks; an 8-bit grey PNG of it has at most 4.2 MB. */
export const filmSideMax = 2_048;
/** Each upload of the same film brings its own token. */
const consentsPerFilmMax = 64;

/** What a study contributes: the film without its file, and the answer to it. */
export interface Contribution {
  /** The pixels, encoded anew. */
  readonly film: Uint8Array;
  readonly reading: Omit<LakeReading, 'formatVersion' | 'film' | 'features' | 'day'> & {
    readonly features: Float32Array | null;
  };
}

const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');

const dayMs = 86_400_000;

/** Consent is written before what it allows, so that nothing ever lies there without one. */
export async function contribute(
  { store, nowMs, daysMax, filmsMax }: LakeOptions,
  { film: bytes, reading }: Contribution,
): Promise<Keeping> {
  const film = sha256(bytes);
  if ((await store.head(withdrawalKey(film))) !== null) return { kept: false, reason: 'withdrawn' };
  if (!(await hasRoom(store, film, filmsMax))) return { kept: false, reason: 'full' };
  const { study, model, version } = reading;
  const day = dayOf(nowMs());
  const common = { formatVersion: 1, film } as const;
  const secret = randomBytes(32).toString('base64url');
  const consent: LakeConsent = { ...common, study, day };
  const link: StudyLink = { ...common, model, version };
  const kept: LakeReading = {
    ...reading,
    ...common,
    day,
    features: encodeFeatures(reading.features),
  };
  await store.putIfAbsent(consentKey(film, sha256(secret)), encodeJson(consent));
  await store.putIfAbsent(studyLinkKey(study), encodeJson(link));
  await store.putIfAbsent(readingKey(film, model, version), encodeJson(kept));
  await store.putIfAbsent(filmKey(film), bytes);
  const until = dayOf(nowMs() + daysMax * dayMs);
  return { kept: true, film, withdrawalToken: `${film}.${secret}`, until };
}

async function hasRoom(store: ObjectStore, film: string, filmsMax: number): Promise<boolean> {
  const consents = await store.list(consentsOf(film), { max: consentsPerFilmMax });
  if (consents.length > 0) return consents.length < consentsPerFilmMax;
  return (await store.list(filmPrefix, { max: filmsMax })).length < filmsMax;
}

/**
 * Final for this film: a tombstone keeps it out, should a mirror that was away bring a copy back, and should anybody send
 * it again. Null when the token stands for no consent. Safe to repeat.
 */
export async function withdraw(
  { store, nowMs }: LakeOptions,
  token: string,
): Promise<{ readonly film: string } | null> {
  const [film = '', secret = ''] = token.split('.', 2);
  if (!isHash(film)) return null;
  const tokenSha256 = sha256(secret);
  const before = decodeJson(await store.get(withdrawalKey(film))) as LakeWithdrawal | null;
  const consented = (await store.head(consentKey(film, tokenSha256))) !== null;
  if (!consented && before?.tokenSha256 !== tokenSha256) return null;
  const tombstone: LakeWithdrawal = { formatVersion: 1, tokenSha256, day: dayOf(nowMs()) };
  await store.putIfAbsent(withdrawalKey(film), encodeJson(tombstone));
  await forgetFilm(store, film);
  return { film };
}
