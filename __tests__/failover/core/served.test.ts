// What was served within a window: counts, errors and percentiles, from few answers and from many.
import { describe, expect, test } from '@jest/globals';
import { probeBoundsMs, sliceOfProbe, tallyOf, withSlice } from '../../../failover/core/served.ts';
import type { Slice } from '../../../failover/core/served.ts';

const windowMs = 60_000;
const slices = (...answers: readonly (readonly [atMs: number, tookMs: number | null])[]) =>
  answers.reduce<readonly Slice[]>(
    (kept, [atMs, tookMs]) =>
      withSlice(kept, sliceOfProbe(atMs, tookMs !== null, tookMs ?? 800), windowMs),
    [],
  );
const tally = (kept: readonly Slice[], nowMs: number) =>
  tallyOf(kept, probeBoundsMs, { nowMs, windowMs });

/** `quick` answers of 100 ms and then `slow` ones of 1 s, a second apart. */
const mixed = (quick: number, slow: number) =>
  slices(
    ...Array.from({ length: quick + slow }, (_, i) => [i * 100, i < quick ? 100 : 1_000] as const),
  );

test('what is a minute old has left the window', () => {
  const kept = slices([0, null], [30_000, 100], [59_999, 100]);
  expect(tally(kept, 59_999)).toMatchObject({ count: 3, errors: 1 });
  expect(tally(kept, 60_000)).toMatchObject({ count: 2, errors: 0 });
  expect(tally(kept, 120_000)).toEqual({ count: 0, errors: 0, p99Ms: null, slowestMs: null });
});

test('an error has no duration: without an answer there is no percentile', () => {
  expect(tally(slices([0, null], [1, null]), 1)).toEqual({
    count: 2,
    errors: 2,
    p99Ms: null,
    slowestMs: null,
  });
});

describe('a percentile', () => {
  test('is exact to a fifth', () => {
    for (const tookMs of [3, 47, 100, 420, 2_000]) {
      const { p99Ms } = tally(slices(...Array.from({ length: 50 }, () => [0, tookMs] as const)), 0);
      expect(p99Ms! / tookMs).toBeGreaterThan(1 / 1.2);
      expect(p99Ms! / tookMs).toBeLessThan(1.2);
    }
  });

  test('of few answers passes over the four slowest, and not over the fifth', () => {
    expect(tally(mixed(56, 4), 6_000).p99Ms).toBeLessThan(125);
    expect(tally(mixed(55, 5), 6_000).p99Ms).toBeGreaterThan(800);
    expect(tally(mixed(56, 4), 6_000).slowestMs).toBeGreaterThan(800);
  });

  test('of many is the 99th: one answer in a hundred may be slow', () => {
    expect(tally(mixed(596, 4), 60_000).p99Ms).toBeLessThan(125);
    expect(tally(mixed(592, 8), 60_000).p99Ms).toBeGreaterThan(800);
  });

  test('above the last bound is that bound', () => {
    expect(tally(slices([0, 60_000]), 0).slowestMs).toBeCloseTo(probeBoundsMs.at(-1)!, 6);
  });
});

test('memory is bounded, whoever asks how often', () => {
  const kept = slices(...Array.from({ length: 2_000 }, (_, i) => [i, 5] as const));
  expect(kept).toHaveLength(600);
});
