// How often a region that never fails is held for dead because links lose packets: counted, with the rules as they stand.
import { expect, test } from '@jest/globals';
import { addResult, freshStreak } from '../../fleet/health.ts';
import type { Streak } from '../../fleet/health.ts';
import { production } from '../support/fleets.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** The link of docs/failover.md: single losses, and bursts of exponential length in which everything is lost. */
const lossShare = 0.02;
const burstsPerHour = 4;
const burstMsMean = 1_500;
const days = 20;
const dayMs = 86_400_000;

interface Blinks {
  /** How often one vantage came to say down, a day. */
  readonly perDay: number;
  /** Of the time. */
  readonly share: number;
}

function blinks(seed: number, next: (streak: Streak, ok: boolean, atMs: number) => Streak): Blinks {
  const random = seededRandom(seed);
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  const calmMsMean = 3_600_000 / burstsPerHour;
  const { intervalMs } = production.probe;
  let [fromMs, toMs] = [exponential(calmMsMean), 0];
  toMs = fromMs + exponential(burstMsMean);
  let [streak, onsets, downBeats] = [freshStreak, 0, 0];
  for (let atMs = 0; atMs < days * dayMs; atMs += intervalMs) {
    while (atMs >= toMs) {
      fromMs = toMs + exponential(calmMsMean);
      toMs = fromMs + exponential(burstMsMean);
    }
    const ok = atMs < fromMs && random() >= lossShare;
    const before = streak.opinion;
    streak = next(streak, ok, atMs);
    if (streak.opinion !== 'down') continue;
    downBeats += 1;
    if (before !== 'down') onsets += 1;
  }
  return { perDay: onsets / days, share: (downBeats * intervalMs) / (days * dayMs) };
}

/** Links fail independently: a quorum of two comes about when one of three begins to say down while exactly one other does. */
const quorumsPerDay = ({ perDay, share }: Blinks) => 3 * perDay * 2 * share * (1 - share);

const result = (ok: boolean, atMs: number) =>
  ok
    ? ({ ok, atMs, tookMs: 5 } as const)
    : ({ ok, atMs, tookMs: 800, failure: 'timeout', detail: 'lost' } as const);

test('less than one in ten days at two of three vantages, where one alone is wrong some twenty times a day', () => {
  const seen = blinks(20_261_121, (streak, ok, atMs) =>
    addResult(streak, result(ok, atMs), production.probe),
  );
  expect(seen.perDay).toBeGreaterThan(10);
  expect(seen.perDay).toBeLessThan(30);
  expect(quorumsPerDay(seen)).toBeLessThan(0.1);
});

test('the count sees a worse rule: held for dead until trusted again, it would be twice as many', () => {
  const seen = blinks(20_261_121, (streak, ok, atMs) => {
    const next = addResult(streak, result(ok, atMs), production.probe);
    return next.stage === 'returning' ? { ...next, opinion: 'down' } : next;
  });
  expect(quorumsPerDay(seen)).toBeGreaterThan(0.12);
});

test('a rule of two misses would be worse by far', () => {
  const seen = blinks(20_261_121, (streak, ok, atMs) =>
    addResult(streak, result(ok, atMs), { ...production.probe, failuresToDown: 2 }),
  );
  expect(quorumsPerDay(seen)).toBeGreaterThan(0.3);
});

test('three misses at this beat are seen in time: 4 s where packets vanish, 3 s where they are refused', () => {
  const { intervalMs, timeoutMs, failuresToDown } = production.probe;
  // The worst moment is right after a probe: the first miss is sent an interval later, the last one waits for its deadline.
  expect(failuresToDown * intervalMs + timeoutMs).toBeLessThanOrEqual(4_000);
  expect(failuresToDown * intervalMs).toBeLessThanOrEqual(3_000);
});
