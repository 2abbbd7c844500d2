// Retry-After, from the queue and the moving mean.
import { expect, test } from '@jest/globals';
import {
  retryAfterSecondsMax,
  ServiceTime,
} from '../../../../services/inference/pool/service-time.ts';

function settledAt(tookMs: number): ServiceTime {
  const time = new ServiceTime();
  for (let run = 0; run < 100; run++) time.add(tookMs);
  return time;
}

test('the mean moves to what runs take of late', () => {
  const time = settledAt(100);
  expect(time.meanMs).toBeCloseTo(100);
  for (let run = 0; run < 10; run++) time.add(1_000);
  expect(time.meanMs).toBeGreaterThan(850);
});

test('twice the jobs take twice as long, twice the workers half', () => {
  const time = settledAt(1_000);
  expect(time.retryAfterSeconds(10, 1)).toBe(10);
  expect(time.retryAfterSeconds(20, 1)).toBe(20);
  expect(time.retryAfterSeconds(20, 2)).toBe(10);
});

test('it is a whole second from 1 to 60', () => {
  expect(settledAt(10).retryAfterSeconds(1, 4)).toBe(1);
  expect(settledAt(1_000).retryAfterSeconds(60, 1)).toBe(60);
  expect(settledAt(1_000).retryAfterSeconds(61, 1)).toBe(retryAfterSecondsMax);
  expect(settledAt(10).retryAfterSeconds(1, 0)).toBe(retryAfterSecondsMax);
});
