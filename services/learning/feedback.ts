// What a reader says of a reading, appended to the lake: never changed, never counted twice, at most so often a film.
import { createHash, randomUUID } from 'node:crypto';
import { InputError } from '../../fleet/errors.ts';
import type { Shown } from '../../models/learn/opinions.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import {
  feedbackKey,
  feedbackOf,
  isHash,
  readingKey,
  studyLinkKey,
  withdrawalKey,
} from './lake-keys.ts';
import { dayOf, decodeJson, encodeJson } from './lake-records.ts';
import type { LakeFeedback, LakeReading, Role, StudyLink } from './lake-records.ts';
import { shownBy } from './shown-by.ts';
import type { Said } from './shown-by.ts';

export interface GivenFeedback extends Said {
  readonly role?: Role | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface FeedbackReceipt {
  readonly id: string;
  readonly shows: Shown | null;
}

/** A handful of readers; more would only tell that somebody repeats himself. */
export const feedbackPerFilmMax = 32;

/** `InputError` 'not-kept' | 'wrong-feedback' | 'wrong-grade' | 'wrong-key' | 'key-reused' | 'too-much-feedback'. */
export async function giveFeedback(
  { store, nowMs }: { readonly store: ObjectStore; readonly nowMs: () => number },
  study: string,
  given: GivenFeedback,
): Promise<FeedbackReceipt> {
  const reading = await readingOf(store, study);
  const { film, model, version } = reading;
  const { opinion, grade, role = null } = given;
  const shows = shownBy(given, reading);
  const id = feedbackId(study, given.idempotencyKey);
  const common = { formatVersion: 1, film, study, model, version } as const;
  const feedback: LakeFeedback = {
    ...common,
    opinion,
    shows,
    role,
    ...(grade !== undefined && { grade }),
    day: dayOf(nowMs()),
  };
  const key = feedbackKey(film, id);
  const before = decodeJson(await store.get(key)) as LakeFeedback | null;
  if (before !== null) return repeated(id, before, feedback);
  const { length } = await store.list(feedbackOf(film), { max: feedbackPerFilmMax });
  if (length >= feedbackPerFilmMax) throw tooMuch();
  if ((await store.putIfAbsent(key, encodeJson(feedback))) === 'created') return { id, shows };
  // Somebody was quicker: the same request, sent twice at once.
  const first = decodeJson(await store.get(key)) as LakeFeedback | null;
  return repeated(id, first ?? feedback, feedback);
}

async function readingOf(store: ObjectStore, study: string): Promise<LakeReading> {
  const link = isHash(study)
    ? (decodeJson(await store.get(studyLinkKey(study))) as StudyLink | null)
    : null;
  if (link === null) throw notKept();
  const { film, model, version } = link;
  if ((await store.head(withdrawalKey(film))) !== null) throw notKept();
  const reading = decodeJson(
    await store.get(readingKey(film, model, version)),
  ) as LakeReading | null;
  if (reading === null) throw notKept();
  return reading;
}

/** Printable, without spaces; the draft's quotation marks may stand around it or not (draft-ietf-httpapi-idempotency-key-header). */
const keyPattern = /^[\x21-\x7e]{8,128}$/;

/** A UUID: from the key where there is one (version 8, RFC 9562), so that the store itself tells a repetition. */
function feedbackId(study: string, idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return randomUUID();
  const key = idempotencyKey.replace(/^"(.*)"$/, '$1');
  if (!keyPattern.test(key))
    throw new InputError('wrong-key', {
      found: 'The Idempotency-Key is no key',
      why: 'It must tell this request from every other',
      remedy: 'Send 8 to 128 printable characters that stand for this request alone, e.g. a UUID',
    });
  const digits = createHash('sha256').update(`${study}\n${key}`).digest('hex');
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ];
  return groups.join('-');
}

const said = ({ opinion, shows, grade, role }: LakeFeedback): string =>
  JSON.stringify([opinion, shows, grade ?? null, role]);

function repeated(id: string, before: LakeFeedback, now: LakeFeedback): FeedbackReceipt {
  if (said(before) === said(now)) return { id, shows: before.shows };
  throw new InputError('key-reused', {
    found: 'The Idempotency-Key was sent before with another opinion',
    why: 'It stands for that one; opinions are added and never changed',
    remedy: 'Choose a new key for a new opinion',
  });
}

const notKept = () =>
  new InputError('not-kept', {
    found: 'No film of this study is kept for research',
    why: 'Feedback teaches only together with its film; that was sent without consent, could not be kept when it came (the answer said so), was withdrawn, or its time is over',
    remedy: 'Send the film again with consent=research if its owner agrees',
  });

const tooMuch = () =>
  new InputError('too-much-feedback', {
    found: `This film has ${feedbackPerFilmMax} opinions already`,
    why: 'More of them would only let one voice drown the others',
    remedy: 'Nothing: what was said is kept',
  });
