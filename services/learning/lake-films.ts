// The lake as a model learns from it: each film's latest reading, and what its readers made of it together.
import { compareVersions } from '../../models/bundle/registry.ts';
import { combined, commonGrade } from '../../models/learn/opinions.ts';
import type { Verdict } from '../../models/learn/opinions.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import { feedbackPerFilmMax } from './feedback.ts';
import { feedbackOf, readingPrefix, withdrawalKey } from './lake-keys.ts';
import { decodeFeatures, decodeJson } from './lake-records.ts';
import type { LakeFeedback, LakeReading } from './lake-records.ts';

export interface LakeFilm {
  readonly film: string;
  readonly study: string;
  /** Of the latest version that read it. */
  readonly version: string;
  readonly label: string;
  readonly probability: number;
  readonly features: Float32Array | null;
  readonly opinions: number;
  readonly verdict: Verdict;
  /** The name of the grade that its readers gave, in their majority. */
  readonly grade: string | null;
}

export interface LakeQuery {
  readonly model: string;
  /** Fewer votes of one mind decide nothing. */
  readonly votesMin: number;
  readonly filmsMax: number;
}

/** More are read at once neither for a queue nor for a training: their features would take 250 MB. */
export const filmsReadMax = 50_000;
const pageMax = 500;

/** In the order of the films' hashes, which is as good as random: the first so many are a fair sample. */
export async function lakeFilms(
  store: ObjectStore,
  query: LakeQuery,
): Promise<readonly LakeFilm[]> {
  const films: LakeFilm[] = [];
  for await (const key of latestReadings(store, query.model)) {
    const film = await filmAt(store, key, query);
    if (film !== null) films.push(film);
    if (films.length >= query.filmsMax) break;
  }
  return films;
}

interface Found {
  readonly key: string;
  readonly film: string;
  readonly version: string;
}

/** Keys of one film lie together, so that the latest is known when the next film begins. */
async function* latestReadings(store: ObjectStore, model: string): AsyncGenerator<string> {
  let latest: Found | null = null;
  for await (const key of keysUnder(store)) {
    const [film = '', of = '', file = ''] = key.slice(readingPrefix.length).split('/');
    if (of !== model) continue;
    const version = file.replace(/\.json$/, '');
    if (latest !== null && latest.film !== film) yield latest.key;
    const found: Found = { key, film, version };
    latest = laterOf(latest, found);
  }
  if (latest !== null) yield latest.key;
}

function laterOf(latest: Found | null, found: Found): Found {
  if (latest === null || latest.film !== found.film) return found;
  return compareVersions(found.version, latest.version) > 0 ? found : latest;
}

async function* keysUnder(store: ObjectStore): AsyncGenerator<string> {
  let after = '';
  for (;;) {
    const page = await store.list(readingPrefix, { after, max: pageMax });
    for (const { key } of page) yield key;
    if (page.length < pageMax) return;
    after = page.at(-1)?.key ?? '';
  }
}

async function filmAt(
  store: ObjectStore,
  key: string,
  { model, votesMin }: LakeQuery,
): Promise<LakeFilm | null> {
  const reading = decodeJson(await store.get(key)) as LakeReading | null;
  if (reading === null || (await store.head(withdrawalKey(reading.film))) !== null) return null;
  const feedback = await feedbackFor(store, reading.film, model);
  const voices = feedback.filter(({ shows }) => shows !== null);
  const { film, study, version, label, probability } = reading;
  return {
    film,
    study,
    version,
    label,
    probability,
    features: decodeFeatures(reading.features),
    opinions: feedback.length,
    verdict: combined(
      voices.flatMap(({ shows }) => shows ?? []),
      { votesMin },
    ),
    grade: commonGrade(
      voices.map(({ grade = null }) => grade),
      { votesMin },
    ),
  };
}

async function feedbackFor(
  store: ObjectStore,
  film: string,
  model: string,
): Promise<readonly LakeFeedback[]> {
  const all: LakeFeedback[] = [];
  for (const { key } of await store.list(feedbackOf(film), { max: feedbackPerFilmMax })) {
    const feedback = decodeJson(await store.get(key)) as LakeFeedback | null;
    if (feedback?.model === model) all.push(feedback);
  }
  return all;
}
