// Works off a queue until it is empty: take a job under a lease, keep the lease while it runs, finish it, take the next.
import { isInputError } from '../../fleet/errors.ts';
import type { Job, JobEnd, JobQueue, JobStore, Lease } from '../adapters/job-store.ts';
import type { Clock } from '../inference/pool/clock.ts';

export interface WorkOff {
  readonly jobs: Pick<JobStore, 'take' | 'renew' | 'finish' | 'giveBack'>;
  readonly queue: JobQueue;
  readonly clock: Clock;
  /** Aborted when this process is told to go. */
  readonly stop: AbortSignal;
  /**
   * Does one job. Null when `stop` was aborted before it was done: what is done by then must make the next attempt shorter or be
   * done again. `InputError` when it can never be done.
   */
  readonly work: (job: Job, stop: AbortSignal) => Promise<JobEnd | null>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** Four renewals may fail before anybody else takes the job. */
const leaseMs = 300_000;
const renewMs = 60_000;
/** A job that has ended so many workers, or outlasted them, is not tried again. */
export const attemptsMax = 3;

/** Returns how many jobs ended here, done or failed. */
export async function workOff(options: WorkOff): Promise<number> {
  let ended = 0;
  while (!options.stop.aborted) {
    const lease = await options.jobs.take(options.queue, leaseMs);
    if (lease === null) break;
    if (await attempt(options, lease)) ended += 1;
  }
  return ended;
}

async function attempt(options: WorkOff, lease: Lease): Promise<boolean> {
  const { jobs, stop, log } = options;
  const { id, attempts } = lease.job;
  log({ job: id, attempts, event: 'taken' });
  if (attempts > attemptsMax) return jobs.finish(lease, gaveUp);
  const held = new AbortController();
  const release = keep(options, lease, () => held.abort());
  try {
    const end = await options.work(lease.job, AbortSignal.any([stop, held.signal]));
    const isOurs = end === null ? await jobs.giveBack(lease) : await jobs.finish(lease, end);
    log({ job: id, event: isOurs ? (end?.kind ?? 'given back') : 'lost' });
    return isOurs && end !== null;
  } catch (error) {
    if (isInputError(error)) {
      log({ job: id, event: 'failed', code: error.code });
      return jobs.finish(lease, { kind: 'failed', code: error.code, detail: error.message });
    }
    // The lease runs out by itself: a fault that lasts must not spin, and the attempt counts.
    log({ job: id, event: 'fault', fault: String(error instanceof Error ? error.stack : error) });
    return false;
  } finally {
    release();
  }
}

const never: () => void = () => undefined;

/** Renews until it is told not to; `onLost` when somebody else has the job. */
function keep({ jobs, clock, log }: WorkOff, lease: Lease, onLost: () => void): () => void {
  let isOver = false;
  let cancel = never;
  const wait = () => {
    if (!isOver) cancel = clock.after(renewMs, () => void renew());
  };
  const renew = async () => {
    try {
      if (!(await jobs.renew(lease, leaseMs))) {
        onLost();
        return;
      }
    } catch (error) {
      // The store may be back before the lease ends.
      log({ job: lease.job.id, event: 'not renewed', fault: String(error) });
    }
    wait();
  };
  wait();
  return () => {
    isOver = true;
    cancel();
  };
}

const gaveUp: JobEnd = {
  kind: 'failed',
  code: 'gave-up',
  detail: `The work was begun ${attemptsMax} times and never finished. It may be too large or damaged. Divide it, or leave out what may be damaged, and send it with a new Idempotency-Key.`,
};
