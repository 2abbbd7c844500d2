// Quick to doubt, slow to trust, and never on one vantage's word: streaks and quorum, at each threshold and beside it.
import { describe, expect, test } from '@jest/globals';
import { vantageId } from '../../fleet/fleet.ts';
import { addResult, combine, freshStreak, verdictAfter, worstOpinion } from '../../fleet/health.ts';
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
    ['+---+', 'unknown'],
    ['+---+++++', 'unknown'],
    ['+---++++++', 'up'],
    ['+---+++++-++++++', 'up'],
    ['+---+++++-', 'down'],
    ['+---+++++-+++++', 'unknown'],
    ['------+++++', 'unknown'],
    ['------++++++', 'up'],
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

describe('a region that fails now and then', () => {
  const eight = '+--+--+--+--';

  test('is down at the eighth failure of the last twenty, though never three came in a row', () => {
    expect(after(eight.slice(0, -1))).toMatchObject({ opinion: 'up', isLossy: false });
    expect(after(eight)).toMatchObject({ opinion: 'down', stage: 'up', isLossy: true });
  });

  test('stays down while more than two of the last twenty failed, and is then as its stage says', () => {
    // The sixth failure of the eight leaves the window with the eighteenth success.
    expect(after(eight + '+'.repeat(16)).opinion).toBe('down');
    expect(after(eight + '+'.repeat(17))).toMatchObject({ opinion: 'up', isLossy: false });
  });

  test('is forgotten failure by failure: seven in twenty is bearable for ever', () => {
    expect(after('--+++++'.repeat(40), after('+'))).toMatchObject({ opinion: 'up' });
  });

  test('is not what an outage looks like afterwards: a run counts as the three that condemn', () => {
    const outage = after(`+${'-'.repeat(600)}`);
    expect(outage).toMatchObject({ opinion: 'down', isLossy: false, failures: 600 });
    expect(after('++++++', outage)).toMatchObject({ opinion: 'up', isLossy: false });
  });
});

describe('a vantage that has not looked for a while', () => {
  const later = (streak: Streak, afterMs: number, ok: boolean) =>
    addResult(streak, result(ok, streak.lastAtMs + afterMs), production.probe);

  test.each(['+--', '+---', '+--+--+--+--'])(
    'after "%s" and more than a minute begins anew, as if it had just started',
    (results) => {
      const before = after(results);
      expect(later(before, 60_001, true)).toMatchObject({ opinion: 'up', isLossy: false });
      expect(later(before, 60_001, false)).toMatchObject({ opinion: 'unknown', stage: 'new' });
    },
  );

  test('after a minute and no more goes on where it stopped', () => {
    expect(later(after('+--'), 60_000, false).opinion).toBe('down');
    expect(later(after('+---'), 60_000, true).opinion).toBe('unknown');
  });
});

describe('several probes of one region', () => {
  const [up, down, back, fresh] = ['+', '+---', '+---+', ''].map((r) => after(r)) as [
    Streak,
    Streak,
    Streak,
    Streak,
  ];

  test.each([
    ['the worse is believed', [up, down], 'down'],
    ['who is not yet trusted again keeps the region from being up', [up, back], 'unknown'],
    ['who has never been answered has nothing to say', [up, fresh], 'up'],
    ['with nothing seen nothing is said', [fresh, fresh], 'unknown'],
  ] as const)('%s', (_, streaks, opinion) => {
    expect(worstOpinion(streaks)).toBe(opinion);
    expect(worstOpinion(streaks.toReversed())).toBe(opinion);
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
      forced: false,
      validForMs: 5_000,
    });
  });

  test('one who says down never does', () => {
    expect(verdict(seen('down'), seen('up'), seen('up'))).toMatchObject({ kind: 'up' });
    expect(verdict(seen('down'), seen('up'), seen('unknown'))).toMatchObject({
      kind: 'unknown',
      why: 'no-quorum',
    });
    expect(verdict(seen('down'))).toMatchObject({ kind: 'unknown', why: 'too-few-vantages' });
  });

  test('an observation counts up to its greatest age and not a millisecond longer', () => {
    expect(verdict(seen('down'), seen('down', 5_000)).kind).toBe('down');
    expect(verdict(seen('down'), seen('down', 5_001))).toMatchObject({
      kind: 'unknown',
      why: 'too-few-vantages',
    });
  });

  test('nobody watching is not a verdict', () => {
    expect(verdict()).toMatchObject({ kind: 'unknown', why: 'too-few-vantages' });
  });

  test('a verdict lasts until fewer than the quorum of those who bear it are fresh', () => {
    const ages = [4_000, 1_000, 2_500];
    expect(verdict(...ages.map((ageMs) => seen('down', ageMs))).validForMs).toBe(2_500);
    expect(verdict(seen('up', 4_000), seen('down', 0), seen('up', 100)).validForMs).toBe(1_000);
    expect(verdict(seen('up')).validForMs).toBe(0);
  });

  test('past its shelf life a verdict is unknown, on the millisecond', () => {
    const down = verdict(seen('down', 1_000), seen('down', 2_000));
    expect(verdictAfter(down, 3_000)).toMatchObject({ kind: 'down', validForMs: 0 });
    expect(verdictAfter(down, 3_001)).toEqual({
      kind: 'unknown',
      why: 'expired',
      forced: false,
      validForMs: 0,
    });
    const torn = verdict(seen('down'), seen('up'));
    expect(verdictAfter(torn, 60_000)).toMatchObject({ kind: 'unknown', why: 'no-quorum' });
  });
});
