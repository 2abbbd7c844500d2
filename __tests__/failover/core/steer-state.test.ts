// What a controller remembers: how long a region has been up, how often it fell, and how often the zone changed.
import { describe, expect, test } from '@jest/globals';
import type { Standing } from '../../../failover/core/standing.ts';
import { budgetLeft, freshState, nextState } from '../../../failover/core/steer-state.ts';
import type { SteerState } from '../../../failover/core/steer-state.ts';
import { paris, production } from '../../support/fleets.ts';

const { holdOffMs, holdOffMsMax, changeWindowMs } = production.steering;
const standing = (kind: Standing['kind']): Standing => ({
  kind,
  verdict: { kind: 'up', forced: false, validForMs: 5_000 },
  because: '',
  suspended: null,
  vouched: false,
  doubted: false,
  condemned: false,
});
const after = (state: SteerState, kind: Standing['kind'], nowMs: number, term = 1) =>
  nextState(state, production, { term, standings: { [paris]: standing(kind) } }, nowMs);
const parisOf = (state: SteerState) => state.tracks[paris]!;

describe('how long up', () => {
  test('counts from the first beat without a break', () => {
    let state = after(freshState(production), 'up', 100);
    state = after(state, 'up', 1_100);
    expect(parisOf(state).upSinceMs).toBe(100);
  });

  test.each(['unknown', 'down', 'drained'] as const)('%s breaks it', (kind) => {
    let state = after(freshState(production), 'up', 100);
    state = after(state, kind, 200);
    expect(parisOf(state).upSinceMs).toBeNull();
    state = after(state, 'up', 300);
    expect(parisOf(state).upSinceMs).toBe(300);
  });
});

/** Falls at each of the times, up again a second later. */
const falls = (...timesMs: readonly number[]) =>
  timesMs.reduce(
    (state, ms) => after(after(state, 'down', ms), 'up', ms + 1_000),
    freshState(production),
  );

describe('the hold-off', () => {
  test('is the normal one after a first fall and doubles with each relapse', () => {
    expect(parisOf(falls(0)).holdOffMs).toBe(holdOffMs);
    expect(parisOf(falls(0, 10_000)).holdOffMs).toBe(2 * holdOffMs);
    expect(parisOf(falls(0, 10_000, 20_000)).holdOffMs).toBe(4 * holdOffMs);
  });

  test('never exceeds its maximum', () => {
    const many = falls(...Array.from({ length: 12 }, (_, i) => i * 10_000));
    expect(parisOf(many).holdOffMs).toBe(holdOffMsMax);
  });

  test('is the normal one again after a quiet period, and not a moment earlier', () => {
    expect(parisOf(falls(0, 10_000, 10_000 + holdOffMsMax - 1)).holdOffMs).toBe(4 * holdOffMs);
    expect(parisOf(falls(0, 10_000, 10_000 + holdOffMsMax)).holdOffMs).toBe(holdOffMs);
  });

  test('staying down is one fall, also with doubt in between', () => {
    let state = falls(0, 10_000);
    state = after(state, 'down', 30_000);
    const once = parisOf(state).holdOffMs;
    state = after(state, 'unknown', 31_000);
    state = after(state, 'down', 32_000);
    expect(parisOf(state).holdOffMs).toBe(once);
  });

  test('a drain by hand is not a relapse', () => {
    let state = falls(0);
    state = after(state, 'drained', 10_000);
    state = after(state, 'up', 20_000);
    expect(parisOf(state).holdOffMs).toBe(holdOffMs);
  });
});

const seeing = (...terms: readonly (readonly [term: number, atMs: number])[]) =>
  terms.reduce((s, [term, ms]) => after(s, 'up', ms, term), freshState(production));

describe('changes of the zone', () => {
  test('the first sight of a zone is no change', () => {
    expect(seeing([41, 0]).changesAtMs).toEqual([]);
  });

  test('count by terms, so that changes of other controllers that were missed count too', () => {
    expect(seeing([41, 0], [41, 5], [44, 10]).changesAtMs).toEqual([10, 10, 10]);
  });

  test('a term that went back is a change', () => {
    expect(seeing([41, 0], [7, 10]).changesAtMs).toEqual([10]);
  });

  test('are forgotten when the window has passed', () => {
    expect(seeing([1, 0], [2, 10], [2, 9 + changeWindowMs]).changesAtMs).toEqual([10]);
    expect(seeing([1, 0], [2, 10], [2, 10 + changeWindowMs]).changesAtMs).toEqual([]);
  });

  test('the last ones are kept for leaving a dead region', () => {
    expect(budgetLeft(seeing([1, 0]), production)).toEqual({ leaving: 10, other: 8 });
    expect(budgetLeft(seeing([1, 0], [9, 1]), production)).toEqual({ leaving: 2, other: 0 });
    expect(budgetLeft(seeing([1, 0], [11, 1]), production)).toEqual({ leaving: 0, other: 0 });
  });

  test('a million missed terms take no more memory than a budget', () => {
    expect(seeing([1, 0], [1_000_000, 1]).changesAtMs).toHaveLength(10);
  });

  test('the zone is as old as its term', () => {
    expect(seeing([1, 0], [2, 10], [2, 20]).termSinceMs).toBe(10);
  });
});
