// Five crashes a minute are replaced at once; the fifth within it waits.
import { expect, test } from '@jest/globals';
import { CrashBreaker, usualBreaker } from '../../../../services/inference/pool/crash-breaker.ts';

test('four crashes in a minute are replaced at once, the fifth waits until the first is a minute old', () => {
  const breaker = new CrashBreaker(usualBreaker);
  for (const atMs of [0, 1_000, 2_000, 3_000]) {
    breaker.add(atMs);
    expect(breaker.waitMs(atMs)).toBe(0);
  }
  breaker.add(4_000);
  expect(breaker.waitMs(4_000)).toBe(56_000);
  expect(breaker.waitMs(59_999)).toBe(1);
  expect(breaker.waitMs(60_000)).toBe(0);
});

test('crashes a quarter of a minute apart never wait', () => {
  const breaker = new CrashBreaker(usualBreaker);
  for (let atMs = 0; atMs < 600_000; atMs += 15_000) {
    breaker.add(atMs);
    expect(breaker.waitMs(atMs)).toBe(0);
  }
});
