// Removes everything the lake holds of a film, and whatever has been there too long.
import type { ObjectHead, ObjectStore } from '../adapters/object-store.ts';
import {
  consentPrefix,
  consentsOf,
  feedbackOf,
  filmKey,
  readingsOf,
  studyLinkKey,
  withdrawalKey,
  withdrawalPrefix,
} from './lake-keys.ts';
import { decodeJson } from './lake-records.ts';
import type { LakeConsent } from './lake-records.ts';

/** More than the limits on consents, feedback and versions let there be. */
const objectsPerFilmMax = 1_000;

/** Consents go last: as long as one is there, an interrupted turn is found and finished. */
export async function forgetFilm(store: ObjectStore, film: string): Promise<void> {
  const under = (prefix: string) => store.list(prefix, { max: objectsPerFilmMax });
  const consents = await under(consentsOf(film));
  for (const { key } of [...(await under(feedbackOf(film))), ...(await under(readingsOf(film)))])
    await store.remove(key);
  await store.remove(filmKey(film));
  for (const { key } of consents) {
    const consent = decodeJson(await store.get(key)) as LakeConsent | null;
    if (consent !== null) await store.remove(studyLinkKey(consent.study));
    await store.remove(key);
  }
}

export interface LakeSweepOptions {
  readonly daysMax: number;
  readonly nowMs: () => number;
}

const dayMs = 86_400_000;
const pageMax = 200;

/**
 * Returns the turn: it looks at a page of consents and a page of tombstones and says how many films it forgot. A film's
 * time runs from its first consent. What a mirror brought back after a withdrawal goes here as well.
 */
export function lakeSweeper(store: ObjectStore, { daysMax, nowMs }: LakeSweepOptions) {
  const expired = ({ modifiedAtMs }: ObjectHead) => nowMs() - modifiedAtMs > daysMax * dayMs;
  const nextConsents = pager(store, consentPrefix);
  const nextTombstones = pager(store, withdrawalPrefix);
  return async (): Promise<number> => {
    const films = new Set<string>();
    for (const head of await nextConsents()) {
      const film = head.key.slice(consentPrefix.length).split('/', 1)[0] ?? '';
      if (films.has(film)) continue;
      if (expired(head) || (await store.head(withdrawalKey(film))) !== null) films.add(film);
    }
    for (const film of films) await forgetFilm(store, film);
    // A tombstone is kept as long as the copy that it keeps out.
    for (const head of await nextTombstones()) if (expired(head)) await store.remove(head.key);
    return films.size;
  };
}

/** Goes on where the last page ended, and begins anew after the last one. */
function pager(store: ObjectStore, prefix: string) {
  let after = '';
  return async () => {
    const page = await store.list(prefix, { after, max: pageMax });
    after = page.length < pageMax ? '' : (page.at(-1)?.key ?? '');
    return page;
  };
}
