// Quick to doubt, slow to trust, and never on one vantage's word: streaks and quorum, at each threshold and beside it.
import { describe, expect, test } from '@jest/globals';
import { vantageId } from '../../fleet/fleet.ts';
import { addResult, combine, freshStreak } from '../../fleet/health.ts';
import type { Observation, Opinion, ProbeResult, Streak } from '../../fleet/health.ts';
import { paris, production } from '../support/fleets.ts';

const result = (ok: boolean, atMs = 0): ProbeResult =>
  ok
    ? { ok: true, region: paris, atMs, tookMs: 5 }
    : { ok: false, region: paris, atMs, tookMs: 5, failure: 'refused', detail: 'ECONNREFUSED' };

/** "+" a success, "-" a failure. */
const after = (results: string, from: Streak = freshStreak): Streak =>
  results.split('').reduce((s, r, i) => addResult(s, result(r === '+', i), production.probe), from);

describe('one vantage', () => {
  test.each([
    ['', 'unknown'],
    ['+', 'up'],
    ['-----', 'unknown'],
    ['------', 'down'],
    ['-----+', 'up'],
    ['+--', 'up'],
    ['+---', 'down'],
    ['+--+--', 'up'],
    ['+---+++++', 'down'],
    ['+---++++++', 'up'],
    ['+---+++++-++++++', 'up'],
    ['+---+++++-+++++', 'down'],
  ] as const)('after "%s" a region is %s', (results, opinion) => {
    expect(after(results).opinion).toBe(opinion);
  });

  test('a streak remembers when it last looked and what last failed', () => {
    expect(after('+-+')).toMatchObject({
      lastAtMs: 2,
      lastFailure: 'refused: ECONNREFUSED',
      successes: 1,
      failures: 0,
    });
  });
});

const seen = (opinion: Opinion, ageMs = 0): Omit<Observation, 'vantage'> => ({
  opinions: { [paris]: opinion },
  ageMs,
});

describe('several vantages', () => {
  const policy = { quorum: 2, ageMsMax: 5_000 };
  const verdict = (...observations: readonly Omit<Observation, 'vantage'>[]) =>
    combine(
      paris,
      observations.map((o, i) => ({ ...o, vantage: vantageId(`v${i}`) })),
      policy,
    );

  test('two of three who say down make a region down, and are named', () => {
    expect(verdict(seen('down'), seen('up'), seen('down'))).toEqual({
      kind: 'down',
      vantages: ['v0', 'v2'],
    });
  });

  test('one who says down never does', () => {
    expect(verdict(seen('down'), seen('up'), seen('up'))).toEqual({ kind: 'up' });
    expect(verdict(seen('down'), seen('up'), seen('unknown'))).toEqual({
      kind: 'unknown',
      why: 'no-quorum',
    });
    expect(verdict(seen('down'))).toEqual({ kind: 'unknown', why: 'too-few-vantages' });
  });

  test('an observation counts up to its greatest age and not a millisecond longer', () => {
    expect(verdict(seen('down'), seen('down', 5_000)).kind).toBe('down');
    expect(verdict(seen('down'), seen('down', 5_001))).toEqual({
      kind: 'unknown',
      why: 'too-few-vantages',
    });
  });

  test('nobody watching is not a verdict', () => {
    expect(verdict()).toEqual({ kind: 'unknown', why: 'too-few-vantages' });
  });
});
