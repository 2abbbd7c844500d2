// The contract of every job store: a test file calls it for each adapter, on one machine and in the cloud's emulator.
import { describe, expect, test } from '@jest/globals';
import { jobKeptMs } from '../../services/adapters/job-store.ts';
import type { JobStore, NewJob } from '../../services/adapters/job-store.ts';
import { manualNow } from './manual-now.ts';
import type { ManualNow } from './manual-now.ts';

const leaseMs = 60_000;
const done = { kind: 'done', result: 'results/a.json' } as const;

let made = 0;
const newJob = (change: Partial<NewJob> = {}): NewJob => ({
  id: `job-${++made}`,
  queue: 'image-batch',
  owner: 'clinic',
  request: '{"model":"chest-pneumonia"}',
  requestSha256: 'a'.repeat(64),
  ...change,
});

/** `open` returns an empty store each time. */
export const jobStoreContract = (
  name: string,
  open: (nowMs: () => number) => Promise<JobStore>,
): void =>
  describe(`a job store (${name})`, () => {
    const opened = async (): Promise<{ store: JobStore; clock: ManualNow }> => {
      const clock = manualNow();
      return { store: await open(clock.nowMs), clock };
    };

    test('gives back what was added, and null for what never was', async () => {
      const { store, clock } = await opened();
      const job = newJob();
      const expected = { ...job, state: 'waiting', attempts: 0, end: null };
      expect(await store.add(job)).toEqual({
        outcome: 'created',
        job: { ...expected, createdAtMs: clock.nowMs() },
      });
      expect(await store.get(job.id)).toMatchObject(expected);
      expect(await store.get('never')).toBeNull();
    });

    test('of many writers of one id exactly one creates it, and the others see that one', async () => {
      const { store } = await opened();
      const job = newJob();
      const added = await Promise.all(
        Array.from({ length: 6 }, (_, i) => store.add({ ...job, request: `"${i}"` })),
      );
      expect(added.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
      expect(new Set(added.map((one) => one.job.request)).size).toBe(1);
    });

    test('hands each job to one worker, the oldest first, and only from its own queue', async () => {
      const { store, clock } = await opened();
      const [first, second] = [newJob(), newJob()];
      await store.add(first);
      clock.pass(5);
      await store.add(newJob({ queue: 'active-learning' }));
      await store.add(second);
      expect((await store.take('image-batch', leaseMs))?.job.id).toBe(first.id);
      expect((await store.take('image-batch', leaseMs))?.job.id).toBe(second.id);
      expect(await store.take('image-batch', leaseMs)).toBeNull();
      expect(await store.hasDue('image-batch')).toBe(false);
      expect(await store.hasDue('active-learning')).toBe(true);
    });

    test('of many workers at once exactly one gets the only job', async () => {
      const { store } = await opened();
      await store.add(newJob());
      const taken = await Promise.all(
        Array.from({ length: 6 }, () => store.take('image-batch', leaseMs)),
      );
      expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
    });

    test('hands a job on when its lease has run out, and then listens to the new holder only', async () => {
      const { store, clock } = await opened();
      const job = newJob();
      await store.add(job);
      const lost = await store.take('image-batch', leaseMs);
      clock.pass(leaseMs - 1);
      expect(await store.take('image-batch', leaseMs)).toBeNull();
      clock.pass(1);
      const held = await store.take('image-batch', leaseMs);
      expect(held?.job).toMatchObject({ id: job.id, attempts: 2, state: 'running' });
      expect(await store.renew(lost!, leaseMs)).toBe(false);
      expect(await store.finish(lost!, done)).toBe(false);
      expect(await store.giveBack(lost!)).toBe(false);
      expect(await store.finish(held!, done)).toBe(true);
      expect(await store.get(job.id)).toMatchObject({ state: 'done', end: done });
    });

    test('keeps a job with whoever renews in time', async () => {
      const { store, clock } = await opened();
      await store.add(newJob());
      const lease = await store.take('image-batch', leaseMs);
      clock.pass(leaseMs - 1);
      expect(await store.renew(lease!, leaseMs)).toBe(true);
      clock.pass(leaseMs - 1);
      expect(await store.take('image-batch', leaseMs)).toBeNull();
    });

    test('finishes a job once, and never hands it out again', async () => {
      const { store, clock } = await opened();
      const job = newJob();
      await store.add(job);
      const lease = await store.take('image-batch', leaseMs);
      const failed = { kind: 'failed', code: 'no-such-data', detail: 'There is none.' } as const;
      expect(await store.finish(lease!, failed)).toBe(true);
      expect(await store.finish(lease!, done)).toBe(false);
      clock.pass(10 * leaseMs);
      expect(await store.take('image-batch', leaseMs)).toBeNull();
      expect(await store.get(job.id)).toMatchObject({ state: 'failed', end: failed });
      expect((await store.add(job)).outcome).toBe('exists');
    });

    test('takes a job back at once, as if that attempt had not been', async () => {
      const { store } = await opened();
      const job = newJob();
      await store.add(job);
      const lease = await store.take('image-batch', leaseMs);
      expect(await store.giveBack(lease!)).toBe(true);
      expect(await store.get(job.id)).toMatchObject({ state: 'waiting', attempts: 0 });
      expect(await store.renew(lease!, leaseMs)).toBe(false);
      expect((await store.take('image-batch', leaseMs))?.job.attempts).toBe(1);
    });

    test('forgets a job after its time, and then its id is free', async () => {
      const { store, clock } = await opened();
      const job = newJob();
      await store.add(job);
      const lease = await store.take('image-batch', leaseMs);
      await store.finish(lease!, done);
      clock.pass(jobKeptMs);
      expect(await store.get(job.id)).toBeNull();
      expect(await store.add({ ...job, request: '"again"' })).toMatchObject({
        outcome: 'created',
        job: { request: '"again"', state: 'waiting' },
      });
    });
  });
