// Removes stored studies at the end of their time, a bounded number per turn, and goes on where the last turn stopped.
import type { FastifyInstance } from 'fastify';
import type { ObjectStore } from '../adapters/object-store.ts';
import { studyPrefix } from './study-records.ts';

export interface SweepOptions {
  readonly ageMsMax: number;
  readonly nowMs: () => number;
}

/** One page: listing and removing as many takes a disk well under a second. */
export const sweepPageMax = 500;

/** Returns the turn: it looks at the next page of studies and says how many it removed. */
export function studySweeper(store: ObjectStore, { ageMsMax, nowMs }: SweepOptions) {
  let after = '';
  return async (): Promise<number> => {
    const page = await store.list(studyPrefix, { after, max: sweepPageMax });
    const expired = page.filter(({ modifiedAtMs }) => nowMs() - modifiedAtMs > ageMsMax);
    for (const { key } of expired) await store.remove(key);
    after = page.length < sweepPageMax ? '' : (page.at(-1)?.key ?? '');
    return expired.length;
  };
}

const sweepIntervalMs = 60_000;

/** One turn a minute for as long as the app lives; a slow turn is not overtaken by the next. */
export function sweepRegularly(
  app: FastifyInstance,
  turn: () => Promise<number>,
  onSwept: (count: number) => void,
): void {
  let atWork = false;
  const timer = setInterval(() => {
    if (atWork) return;
    atWork = true;
    void turn()
      .then(onSwept)
      .catch((error: unknown) => app.log.warn({ err: error }, 'sweep failed'))
      .finally(() => {
        atWork = false;
      });
  }, sweepIntervalMs);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
