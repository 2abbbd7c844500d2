// A job as an item of DynamoDB and back: what is stored is trusted no further than it has the right form.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { jobKeptMs, jobQueues } from './job-store.ts';
import type { Job, JobEnd } from './job-store.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

/** Sorts as time does: the index of due jobs is in the order of this text. */
export const timeOf = (ms: number): string => new Date(ms).toISOString();

export const newItem = (job: Job): Record<string, AttributeValue> => ({
  id: { S: job.id },
  queue: { S: job.queue },
  owner: { S: job.owner },
  request: { S: job.request },
  requestSha256: { S: job.requestSha256 },
  state: { S: job.state },
  attempts: { N: String(job.attempts) },
  created: { S: timeOf(job.createdAtMs) },
  due: { S: timeOf(job.createdAtMs) },
  expires: { N: String(Math.floor((job.createdAtMs + jobKeptMs) / 1_000)) },
});

export function jobFrom(item: Item): Job {
  const text = (name: string): string => {
    const value = item[name]?.S;
    if (value === undefined) throw new Error(`a job in the table has no "${name}"`);
    return value;
  };
  const end = item['end']?.S;
  return {
    id: text('id'),
    queue: oneOf(text('queue'), jobQueues),
    owner: text('owner'),
    request: text('request'),
    requestSha256: text('requestSha256'),
    state: oneOf(text('state'), ['waiting', 'running', 'done', 'failed'] as const),
    attempts: Number(item['attempts']?.N),
    createdAtMs: Date.parse(text('created')),
    end: end === undefined ? null : (JSON.parse(end) as JobEnd),
  };
}

function oneOf<T extends string>(value: string, known: readonly T[]): T {
  const match = known.find((one) => one === value);
  if (match === undefined) throw new Error(`a job in the table has the unknown word "${value}"`);
  return match;
}
