import { expect, test } from '@jest/globals';
import { InputError } from '../../../fleet/errors.ts';
import type { Job, JobEnd } from '../../../services/adapters/job-store.ts';
import { memoryJobStore } from '../../../services/adapters/memory-job-store.ts';
import { attemptsMax, workOff } from '../../../services/pipelines/work-off.ts';
import type { WorkOff } from '../../../services/pipelines/work-off.ts';
import { manualClock } from '../../support/manual-clock.ts';

const done: JobEnd = { kind: 'done', result: 'result' };
const minuteMs = 60_000;

function workshop(work: WorkOff['work'], ids: readonly string[] = ['job']) {
  const clock = manualClock();
  const jobs = memoryJobStore(() => clock.nowMs());
  const stop = new AbortController();
  const options: WorkOff = {
    jobs,
    queue: 'image-batch',
    clock,
    stop: stop.signal,
    work,
    log: () => undefined,
  };
  const added = ids.map((id) =>
    jobs.add({ id, queue: 'image-batch', owner: 'o', request: '{}', requestSha256: '' }),
  );
  const run = async (change: Partial<WorkOff> = {}) => {
    await Promise.all(added);
    return workOff({ ...options, ...change });
  };
  return { clock, jobs, stop, run };
}

/** Lets everything happen that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('does every job of the queue, then ends', async () => {
  const seen: string[] = [];
  const { run, jobs } = workshop(
    async ({ id }) => {
      seen.push(id);
      return done;
    },
    ['a', 'b', 'c'],
  );
  expect(await run()).toBe(3);
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(await jobs.get('b')).toMatchObject({ state: 'done', end: done });
  expect(await run()).toBe(0);
});

test('what can never be done ends as failed, and the next job is done', async () => {
  const { run, jobs } = workshop(
    async ({ id }) => {
      if (id === 'b') return done;
      throw new InputError('no-such-data', { found: 'None', why: 'No', remedy: 'Put some' });
    },
    ['a', 'b'],
  );
  expect(await run()).toBe(2);
  expect((await jobs.get('a'))?.end).toMatchObject({ kind: 'failed', code: 'no-such-data' });
  expect(await jobs.get('b')).toMatchObject({ state: 'done' });
});

test('a job that outlasts several leases stays with the one who works on it', async () => {
  let finish: (end: JobEnd) => void = () => undefined;
  const { run, jobs, clock } = workshop(() => new Promise((resolve) => (finish = resolve)));
  const running = run();
  await settled();
  for (let minute = 0; minute < 20; minute++) {
    clock.advance(minuteMs);
    await settled();
    expect(await jobs.hasDue('image-batch')).toBe(false);
  }
  finish(done);
  expect(await running).toBe(1);
});

test('whoever cannot renew stops, and says nothing about the job any more', async () => {
  const stopped: boolean[] = [];
  const { run, jobs, clock } = workshop(
    (_job, stop) =>
      new Promise((resolve) =>
        stop.addEventListener('abort', () => {
          stopped.push(true);
          resolve(null);
        }),
      ),
  );
  const cutOff: WorkOff['jobs'] = { ...jobs, renew: async () => false };
  const running = run({ jobs: cutOff });
  await settled();
  clock.advance(6 * minuteMs);
  const other = await jobs.take('image-batch', minuteMs);
  expect(await running).toBe(0);
  expect(stopped).toEqual([true]);
  expect(await jobs.finish(other!, done)).toBe(true);
});

test('a store that is away for two minutes costs nobody the job', async () => {
  let finish: (end: JobEnd) => void = () => undefined;
  const { run, jobs, clock } = workshop(() => new Promise((resolve) => (finish = resolve)));
  let failures = 2;
  const renew: WorkOff['jobs']['renew'] = async (...args) => {
    if (failures-- > 0) throw new Error('the store is away');
    return jobs.renew(...args);
  };
  const running = run({ jobs: { ...jobs, renew } });
  await settled();
  for (let minute = 0; minute < 6; minute++) {
    clock.advance(minuteMs);
    await settled();
  }
  expect(await jobs.hasDue('image-batch')).toBe(false);
  finish(done);
  expect(await running).toBe(1);
});

test('told to go, it gives the job back and takes no other', async () => {
  const taken: Job[] = [];
  const { run, jobs, stop } = workshop(
    (job, stopped) => {
      taken.push(job);
      return new Promise((resolve) => stopped.addEventListener('abort', () => resolve(null)));
    },
    ['a', 'b'],
  );
  const running = run();
  await settled();
  stop.abort();
  expect(await running).toBe(0);
  expect(taken.map(({ id }) => id)).toEqual(['a']);
  expect(await jobs.get('a')).toMatchObject({ state: 'waiting', attempts: 0 });
});

test('a fault leaves the job to another attempt, and after the last one the job fails', async () => {
  let attempts = 0;
  const { run, jobs, clock } = workshop(async () => {
    attempts += 1;
    throw new Error('out of memory');
  });
  for (let i = 0; i <= attemptsMax; i++) {
    await run();
    clock.advance(10 * minuteMs);
  }
  expect(attempts).toBe(attemptsMax);
  expect((await jobs.get('job'))?.end).toMatchObject({ kind: 'failed', code: 'gave-up' });
});
