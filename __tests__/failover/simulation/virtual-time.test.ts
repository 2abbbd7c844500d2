// Time that passes only when everything that could happen at an instant has happened.
import { expect, test } from '@jest/globals';
import { VirtualTime } from '../../../failover/simulation/virtual-time.ts';

test('events happen in the order of their times, and in the order of planning among equals', async () => {
  const time = new VirtualTime();
  const seen: string[] = [];
  for (const [atMs, name] of [
    [30, 'd'],
    [10, 'a'],
    [20, 'b'],
    [20, 'c'],
  ] as const)
    time.after(atMs, () => seen.push(`${name} at ${time.nowMs}`));
  await time.runUntil(100);
  expect(seen).toEqual(['a at 10', 'b at 20', 'c at 20', 'd at 30']);
  expect(time.nowMs).toBe(100);
});

test('what an event resolves is followed to its end before the next event', async () => {
  const time = new VirtualTime();
  const seen: string[] = [];
  time.after(10, () => {
    void (async () => {
      await Promise.resolve();
      await Promise.resolve();
      seen.push(`followed at ${time.nowMs}`);
      time.after(0, () => seen.push(`planned at ${time.nowMs}`));
    })();
  });
  time.after(11, () => seen.push('next'));
  await time.runUntil(20);
  expect(seen).toEqual(['followed at 10', 'planned at 10', 'next']);
});

test('an event beyond the end waits for the next run', async () => {
  const time = new VirtualTime();
  let happened = false;
  time.after(50, () => (happened = true));
  await time.runUntil(49);
  expect(happened).toBe(false);
  await time.runUntil(50);
  expect(happened).toBe(true);
});

test('whoever sleeps through a skipped hour wakes as long after it as was left before', async () => {
  const time = new VirtualTime();
  let wokenAtMs = 0;
  time.after(1_000, () => (wokenAtMs = time.nowMs));
  await time.runUntil(400);
  time.skip(3_600_000);
  await time.runUntil(4_000_000);
  expect(wokenAtMs).toBe(3_601_000);
});

test('a thousand events keep their order', async () => {
  const time = new VirtualTime();
  const times = Array.from({ length: 1_000 }, (_, i) => (i * 7_919) % 1_000);
  const seen: number[] = [];
  for (const atMs of times) time.after(atMs, () => seen.push(atMs));
  await time.runUntil(1_000);
  expect(seen).toEqual([...times].sort((a, b) => a - b));
});
