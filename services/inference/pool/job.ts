// One task on its way through the pool, and the refusals it may meet there.
import { InputError, TransientError } from '../../../fleet/errors.ts';
import type { Task, TaskResult } from './messages.ts';

export interface Job {
  readonly task: Task;
  readonly submittedAtMs: number;
  readonly resolve: (result: TaskResult) => void;
  readonly reject: (error: Error) => void;
  /** Null for what a user waits for. `dueAtMs`: from then on it goes before them; never for a shadow. */
  readonly background: { readonly dueAtMs: number } | null;
  startedAtMs: number;
  /** How many workers ended while running it. */
  crashes: number;
}

export const undecodable = () =>
  new InputError('undecodable', {
    found: 'This input ended two worker processes, one after the other',
    why: 'It makes the decoder or the model crash, so it is not tried again',
    remedy: 'Save the picture anew as PNG or JPEG with another program and send that',
  });

export const queueFull = (queueMax: number) =>
  new TransientError('queue-full', {
    found: `${queueMax} pictures are already waiting`,
    why: 'A longer queue would only answer everyone later',
    remedy: 'Send it again after the seconds in Retry-After',
  });

export const waitedTooLong = (secondsMax: number) =>
  new TransientError('too-slow', {
    found: `No worker was free within ${secondsMax} s`,
    why: 'The service is overloaded, and the client has probably given up',
    remedy: 'Send it again after the seconds in Retry-After',
  });

export const ranTooLong = (secondsMax: number) =>
  new TransientError('too-slow', {
    found: `The run took longer than ${secondsMax} s and was stopped`,
    why: 'One input must not hold a worker from all others',
    remedy:
      'Send it again after the seconds in Retry-After; if it happens again, send a smaller one',
  });

export const shed = () =>
  new TransientError('shed', {
    found: 'Users wait for a worker',
    why: 'What nobody waits for makes room first',
    remedy: 'None is needed',
  });

export const versionGone = () =>
  new TransientError('version-gone', {
    found: 'The version of the model that this request was to be read with serves no more',
    why: 'Its pointer was moved at that moment',
    remedy: 'Send it again: the version that serves now will read it',
  });

export const candidateFailed = () =>
  new TransientError('candidate-failed', {
    found: 'A version on probation ended its worker, and is set aside',
    why: 'It must cost nobody an answer',
    remedy: 'Send it again: what is in production will read it',
  });

export const noWorker = (fault: string | null) =>
  new TransientError('no-worker', {
    found: 'No worker is running',
    why:
      fault === null ? 'They are being restarted' : 'They ended repeatedly and rest for a minute',
    remedy: 'Send it again after the seconds in Retry-After; another region may answer at once',
  });

export const draining = () =>
  new TransientError('draining', {
    found: 'This instance is shutting down',
    why: 'It finishes what it has begun and takes nothing new',
    remedy: 'Send it again: another instance answers',
  });

export const starting = () =>
  new TransientError('starting', {
    found: 'The models are still being loaded and tested',
    why: 'No model reads before it has answered its golden inputs correctly on this machine',
    remedy: 'Send it again in a few seconds; GET /readyz says when',
  });
