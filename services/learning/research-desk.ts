// The desk where people meet the lake: it keeps what was consented to, takes feedback and withdrawals, and hands out the queue.
import { InputError, TransientError, isInputError } from '../../fleet/errors.ts';
import type { Keeping } from '../studies.ts';
import { giveFeedback } from './feedback.ts';
import type { FeedbackReceipt, GivenFeedback } from './feedback.ts';
import { contribute, withdraw } from './lake.ts';
import type { Contribution, LakeOptions } from './lake.ts';
import { filmKey, isHash, withdrawalKey } from './lake-keys.ts';
import { learningQueue } from './learning-queue.ts';
import type { LearningQueue } from './learning-queue.ts';

/** Whatever the store refuses is a `TransientError` 'store-unavailable'. */
export interface ResearchDesk {
  readonly daysMax: number;
  /** Never throws: a lake that fails is no reason not to answer. */
  keep(contribution: () => Promise<Contribution>): Promise<Keeping>;
  feedback(study: string, given: GivenFeedback): Promise<FeedbackReceipt>;
  /** `InputError` 'no-such-consent'. */
  withdraw(token: string): Promise<{ readonly film: string }>;
  queue(model: string, count: number): Promise<LearningQueue>;
  /** The PNG, or null where it is not kept (any more). */
  film(film: string): Promise<Uint8Array | null>;
}

/** A queue over more films than this says little more and takes longer than a request may. */
const queueFilmsMax = 5_000;
/** A disputed film is asked about again, and one voice is enough to ask about others first. */
const votesMin = 1;

export function researchDesk(
  options: LakeOptions,
  onFault: (error: unknown) => void,
): ResearchDesk {
  const { store, daysMax } = options;
  return {
    daysMax,
    async keep(contribution) {
      try {
        return await contribute(options, await contribution());
      } catch (error) {
        onFault(error);
        return { kept: false, reason: 'store-unavailable' };
      }
    },
    feedback: (study, given) => stored(() => giveFeedback(options, study, given)),
    async withdraw(token) {
      const withdrawn = await stored(() => withdraw(options, token));
      if (withdrawn !== null) return withdrawn;
      throw new InputError('no-such-consent', {
        found: 'This token stands for no consent',
        why: 'Only who gave it may take it back; after its time the film is gone by itself, and the token with it',
        remedy: 'Copy the whole token from the answer to the upload, and try again',
      });
    },
    queue: (model, count) =>
      stored(() => learningQueue(store, { model, count, votesMin, filmsMax: queueFilmsMax })),
    film: (film) =>
      stored(async () =>
        isHash(film) && (await store.head(withdrawalKey(film))) === null
          ? store.get(filmKey(film))
          : null,
      ),
  };
}

async function stored<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isInputError(cause)) throw cause;
    throw new TransientError(
      'store-unavailable',
      {
        found: 'The store of films that were given for research does not answer',
        why: 'Nothing was changed, or not everything',
        remedy: 'Send the same request again after the seconds in Retry-After',
      },
      { cause },
    );
  }
}
