// Grey failure at each threshold and beside it (I4), and a baseline that the failure itself cannot move.
import { describe, expect, test } from '@jest/globals';
import { freshGrey, isDoubtful, judgeGrey, usualMs } from '../../../failover/core/grey.ts';
import type { GreyState } from '../../../failover/core/grey.ts';
import type { Tally } from '../../../failover/core/served.ts';
import { production } from '../../support/fleets.ts';

const policy = production.probe.grey;
const minuteMs = policy.windowMs;

const tally = (count: number, errors: number, p99Ms: number | null = 300): Tally => ({
  count,
  errors,
  p99Ms,
  slowestMs: p99Ms,
});
const judged = (state: GreyState, seen: Tally, nowMs = 0): GreyState =>
  judgeGrey(state, { nowMs, tally: seen, lesson: () => seen, lessonMs: minuteMs }, policy);

/** After so many windows of this p99, a minute apart. */
const knowing = (windows: number, p99Ms: number, from: GreyState = freshGrey): GreyState => {
  let state = from;
  const firstMs = Math.max(0, from.usual.learntAtMs + minuteMs);
  for (let i = 0; i < windows; i += 1)
    state = judged(state, tally(60, 0, p99Ms), firstMs + i * minuteMs);
  return state;
};

describe('errors', () => {
  test.each([
    [19, 19, null],
    [20, 3, null],
    [20, 4, 'errors'],
    [1_000, 199, null],
    [1_000, 200, 'errors'],
  ])('of %d answers %d: %s', (count, errors, kind) => {
    expect(judged(freshGrey, tally(count, errors)).finding?.kind ?? null).toBe(kind);
  });

  test('are over when fewer than half of what condemns are left', () => {
    const grey = judged(freshGrey, tally(100, 20));
    expect(grey.finding?.text).toBe('20 of 100 answers were errors');
    expect(judged(grey, tally(100, 10)).finding?.kind).toBe('errors');
    expect(judged(grey, tally(100, 9)).finding).toBeNull();
    expect(judged(freshGrey, tally(100, 19)).finding).toBeNull();
  });

  test('of a region that nobody uses any more are no errors', () => {
    const grey = judged(freshGrey, tally(100, 50));
    expect(judged(grey, tally(19, 19)).finding).toBeNull();
  });
});

describe('slow answers', () => {
  test.each([
    [3, 900, null],
    [3, 901, 'slow'],
    [2, 5_000, null],
  ])('with %d windows of 300 ms known, a p99 of %d ms: %s', (windows, p99Ms, kind) => {
    const state = knowing(windows, 300);
    expect(judged(state, tally(20, 0, p99Ms), 1e7).finding?.kind ?? null).toBe(kind);
  });

  test('that nobody is hurt by are none, however slow they are against the usual', () => {
    expect(judged(knowing(10, 20), tally(60, 0, 500), 1e7).finding).toBeNull();
    expect(judged(knowing(10, 20), tally(60, 0, 501), 1e7).finding).toEqual({
      kind: 'slow',
      text: 'p99 501 ms where 20 ms is usual, in 60 answers',
    });
  });

  test('are over when they are less than halfway there', () => {
    const grey = judged(knowing(3, 300), tally(60, 0, 2_000), 1e7);
    expect(judged(grey, tally(60, 0, 601), 1e7).finding?.kind).toBe('slow');
    expect(judged(grey, tally(60, 0, 600), 1e7).finding).toBeNull();
  });
});

describe('what is usual', () => {
  test('is the median, one window at a time', () => {
    expect(usualMs(knowing(3, 300).usual)).toBe(300);
    const often = [0, 1_000, 30_000, 59_999].reduce(
      (state, nowMs) => judged(state, tally(60, 0, 300), nowMs),
      freshGrey,
    );
    expect(often.usual.p99sMs).toEqual([300]);
  });

  test('does not move while the region is grey, however long that lasts', () => {
    const slow = knowing(600, 5_000, knowing(10, 300));
    expect(slow.finding?.kind).toBe('slow');
    expect(usualMs(slow.usual)).toBe(300);
  });

  test('is not learnt from a window that is half as bad as one that condemns', () => {
    const known = knowing(10, 300);
    for (const seen of [tally(60, 6, 5_000), tally(60, 0, 601)])
      expect(judged(known, seen, 1e7).usual).toBe(known.usual);
    expect(judged(known, tally(60, 5, 600), 1e7).usual).not.toBe(known.usual);
  });

  test('follows a lasting change that is bearable, after half an hour', () => {
    const known = knowing(60, 300);
    expect(usualMs(knowing(29, 550, known).usual)).toBe(300);
    expect(usualMs(knowing(31, 550, known).usual)).toBe(550);
  });

  test('is not learnt from a handful of answers', () => {
    expect(judged(freshGrey, tally(19, 0)).usual.p99sMs).toEqual([]);
  });
});

describe('doubt, which asks for more inferences,', () => {
  const known = knowing(3, 300);
  test.each([
    ['one error', tally(3, 1), true],
    ['one answer that took more than three times the usual', tally(3, 0, 901), true],
    ['one that took less', tally(3, 0, 900), false],
    ['nothing wrong', tally(3, 0), false],
    ['enough answers to judge by', tally(20, 1), false],
    ['no answer at all', tally(0, 0, null), false],
  ])('arises from %s: %s', (_, seen, expected) => {
    expect(isDoubtful(known, seen, policy)).toBe(expected);
  });
});
