// A deadline that the work ignores still holds.
import { expect, test } from '@jest/globals';
import { failureOf } from '../../../failover/adapters/probe-failure.ts';
import { within } from '../../../failover/adapters/within.ts';

const longMs = 60_000;

test('work that never ends is given up, and counts as a time-out', async () => {
  const error: unknown = await within(1, new Promise<never>(() => {})).catch((e: unknown) => e);
  expect(failureOf(error)).toEqual({ kind: 'timeout', detail: 'no answer in time' });
});

test('what the work says in time is what comes back', async () => {
  expect(await within(longMs, Promise.resolve(7))).toBe(7);
  const refused = Promise.reject(new Error('refused'));
  await expect(within(longMs, refused)).rejects.toThrow('refused');
});

test('work that fails after its deadline disturbs nobody', async () => {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('too late')), 5);
  });
  await expect(within(1, late)).rejects.toThrow('within 1 ms');
  await expect(late).rejects.toThrow('too late');
});
