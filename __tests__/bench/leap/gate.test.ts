// The gate between the lab and the simulator: what it lets pass, and what not.
import { describe, expect, test } from '@jest/globals';
import { comparison } from '../../../bench/leap/gate.ts';
import type { Row } from '../../../bench/leap/row.ts';

const rowOf = (cache: string, downtimeMs: number, killedAtMs = 1): Row => ({
  arm: 'single',
  resolver: 'unbound',
  client: 'first',
  ttlSeconds: 10,
  region: 'aws-paris',
  killedAtMs,
  cache,
  downtimeMs,
  requests: 40,
  failed: Math.ceil(downtimeMs / 1_000),
  firstAddressAliveShare: 0,
  zeroDowntime: downtimeMs === 0,
});

/** Means of 9.9 and 10.1 s: a standard error of 0.01 s. */
const many = Array.from({ length: 100 }, (_, i) => rowOf(`c${i}`, i % 2 === 0 ? 9_900 : 10_100));
/** 6 and 14 s: a standard error of 4 s. */
const few = [rowOf('a', 6_000), rowOf('b', 14_000)];

describe('of many caches', () => {
  test.each([10, 8.6, 11.4])('a simulated mean of %d s is within 15 %% of 10 s', (seconds) => {
    expect(comparison(many, seconds).isWithin).toBe(true);
  });

  test.each([8.4, 11.6, 0])('one of %d s is not', (seconds) => {
    expect(comparison(many, seconds).isWithin).toBe(false);
  });
});

describe('of few caches', () => {
  test('two standard errors are granted', () => {
    expect(comparison(few, 17.9).isWithin).toBe(true);
    expect(comparison(few, 18.1).isWithin).toBe(false);
  });

  test('users behind one cache in one kill count once', () => {
    const crowded = [...few, ...few.map((row) => ({ ...row, client: 'first' }))];
    expect(comparison(crowded, 10).standardErrorSeconds).toBeCloseTo(4);
    const twice = [...few, ...few.map((row) => ({ ...row, killedAtMs: 2 }))];
    expect(comparison(twice, 10).standardErrorSeconds).toBeLessThan(3);
  });
});

test('where nobody lost anything the simulator may not lose anything either', () => {
  const none = [rowOf('a', 0), rowOf('b', 0)];
  expect(comparison(none, 0).isWithin).toBe(true);
  expect(comparison(none, 0.01).isWithin).toBe(false);
});

test('nothing measured is nothing to compare', () => {
  expect(() => comparison([], 1)).toThrow(RangeError);
});
