// From counters that only grow to what happened in between, through restarts and behind balancers.
import { expect, test } from '@jest/globals';
import { addReading } from '../../../failover/core/request-counters.ts';
import type { Readings, RequestCounters } from '../../../failover/core/request-counters.ts';

const windowMs = 60_000;
const counting = (count: number, errors = 0, machine = 'a'): RequestCounters => ({
  machine,
  count,
  errors,
  buckets: [0, count - 1, 1],
});

/** What each reading in turn tells, ten seconds apart. */
function told(...readings: readonly RequestCounters[]) {
  let known: Readings = {};
  return readings.map((counters, i) => {
    const { readings: next, slice } = addReading(known, { counters, atMs: i * 10_000, windowMs });
    known = next;
    return slice;
  });
}

test('a machine that is met for the first time tells nothing: its counts may be a year old', () => {
  expect(told(counting(1_000_000, 5_000))).toEqual([null]);
});

test('what was counted since the last reading is news', () => {
  expect(told(counting(100, 2), counting(130, 5))[1]).toEqual({
    atMs: 10_000,
    count: 30,
    errors: 3,
    buckets: [[1, 30]],
  });
});

test('a counter that went back has been reset: all it counts now happened since', () => {
  expect(told(counting(100, 2), counting(7, 1))[1]).toMatchObject({
    count: 7,
    errors: 1,
    buckets: [
      [1, 6],
      [2, 1],
    ],
  });
  // Restarted, and busier since than before: only its errors are fewer.
  expect(told(counting(100, 9), counting(150, 1))[1]).toMatchObject({ count: 150, errors: 1 });
});

test('machines behind one balancer are never compared with each other', () => {
  const a = (count: number) => counting(count, 0, 'a');
  const b = (count: number) => counting(count, 0, 'b');
  expect(told(a(100), b(9_000), a(110), b(9_005)).map((s) => s?.count)).toEqual([
    undefined,
    undefined,
    10,
    5,
  ]);
});

test('a machine that was last met before the window tells nothing of now', () => {
  const { readings } = addReading({}, { counters: counting(100), atMs: 0, windowMs });
  const later = (atMs: number) =>
    addReading(readings, { counters: counting(160), atMs, windowMs }).slice?.count ?? null;
  expect(later(60_000)).toBe(60);
  expect(later(60_001)).toBeNull();
});

test('of machines that come and go the latest 64 are remembered', () => {
  let readings: Readings = {};
  for (let i = 0; i < 500; i += 1)
    readings = addReading(readings, {
      counters: counting(1, 0, `m${i}`),
      atMs: i,
      windowMs,
    }).readings;
  expect(Object.keys(readings)).toHaveLength(64);
  expect(Object.keys(readings)).toContain('m499');
  expect(Object.keys(readings)).toContain('m436');
});
