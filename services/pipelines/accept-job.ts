// A request becomes a job, once: whoever repeats it with the same key is given the same job, and its worker is started again if need be.
import { createHash } from 'node:crypto';
import { InputError } from '../../fleet/errors.ts';
import type { Job, JobQueue, JobStore } from '../adapters/job-store.ts';
import type { TaskStarter } from './task-starter.ts';

export interface Application {
  readonly queue: JobQueue;
  readonly owner: string;
  /** The header, or undefined. */
  readonly idempotencyKey: string | undefined;
  /** As it was sent. */
  readonly body: string;
  /** As it was understood. */
  readonly request: unknown;
}

export interface JobPorts {
  readonly jobs: Pick<JobStore, 'add' | 'get'>;
  readonly starter: TaskStarter;
}

/** `InputError` 'missing-key' | 'key-reused'; `TransientError` 'not-started': then the job is kept, and a repetition starts it. */
export async function acceptJob(ports: JobPorts, application: Application): Promise<Job> {
  const { queue, owner, body, request } = application;
  const requestSha256 = sha256(body);
  const { job } = await ports.jobs.add({
    id: jobId(application),
    queue,
    owner,
    request: JSON.stringify(request),
    requestSha256,
  });
  if (job.requestSha256 !== requestSha256)
    throw new InputError('key-reused', {
      found: 'The Idempotency-Key was sent before with another request',
      why: 'It stands for that one, which may be under way',
      remedy: 'Choose a new key for a new request',
    });
  if (job.state === 'waiting') await ports.starter.start(queue, job.id);
  return job;
}

/** Printable, without spaces; the draft's quotation marks may stand around it or not (draft-ietf-httpapi-idempotency-key-header). */
const keyPattern = /^[\x21-\x7e]{8,128}$/;

/** The same for the same client, pipeline and key, so that the table itself tells a repetition. */
function jobId({ queue, owner, idempotencyKey = '' }: Application): string {
  const key = idempotencyKey.replace(/^"(.*)"$/, '$1');
  if (keyPattern.test(key)) return sha256([owner, queue, key].join('\n')).slice(0, 32);
  throw new InputError('missing-key', {
    found: idempotencyKey === '' ? 'There is no Idempotency-Key' : 'The Idempotency-Key is no key',
    why: 'Without one a repeated request would be done twice',
    remedy: 'Send 8 to 128 printable characters that stand for this request alone, e.g. a UUID',
  });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
