// Intervals that hold the truth as often as they say, with users who share a fate; and thinning that changes no figure.
import { expect, test } from '@jest/globals';
import { downtimeSummary, thinned } from '../../../failover/leap/downtime-summary.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** Users of one kill share its detection: uniform in [0, 4), and their own rest of an entry, uniform in [0, 10). */
function sample(kills: number, users: number, draw: () => number): number[][] {
  return Array.from({ length: kills }, () => {
    const shared = 4 * draw();
    return Array.from({ length: users }, () => shared + 10 * draw());
  });
}

const trueMean = 7;
const trials = 60;

test('of intervals of 95 % for a mean nine in ten and more hold it, kills being few or many', () => {
  const draw = seededRandom(11);
  for (const kills of [4, 30]) {
    let holds = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const { low, high } = downtimeSummary(sample(kills, 10, draw), draw, 150).meanSeconds;
      if (low <= trueMean && trueMean <= high) holds += 1;
    }
    // Of four kills a percentile interval is known to fall short; thirty are as good as their word.
    expect(holds / trials).toBeGreaterThanOrEqual(kills < 10 ? 0.8 : 0.9);
  }
});

test('an interval that forgets who shares a fate is too narrow to be believed: the control', () => {
  const draw = seededRandom(12);
  let holds = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const alone = sample(30, 10, draw)
      .flat()
      .map((value) => [value]);
    const { low, high } = downtimeSummary(alone, draw, 150).meanSeconds;
    if (low <= trueMean && trueMean <= high) holds += 1;
  }
  expect(holds / trials).toBeLessThan(0.9);
});

test('the figures are those of the sample', () => {
  const of = downtimeSummary([[0, 0, 4], [8]], seededRandom(1), 50);
  expect(of.users).toBe(4);
  expect(of.kills).toBe(2);
  expect(of.meanSeconds.value).toBe(3);
  expect(of.p50Seconds.value).toBe(2);
  expect(of.zeroShare.value).toBe(0.5);
});

test('quantiles are those of Hyndman and Fan, of few users too', () => {
  const of = downtimeSummary([[6, 36], [30], [12]], seededRandom(1), 2);
  expect(of.p50Seconds.value).toBe(21);
  expect(of.p95Seconds.value).toBeCloseTo(30 + 0.85 * 6);
  expect(of.p99Seconds.value).toBeCloseTo(30 + 0.97 * 6);
  expect(downtimeSummary([[7]], seededRandom(1), 2).p99Seconds.value).toBe(7);
});

test('thinned, a kill keeps its shape', () => {
  const draw = seededRandom(2);
  const users = Array.from({ length: 20_000 }, () => (draw() < 0.4 ? 0 : 60 * draw()));
  const few = thinned(users, 250);
  expect(few).toHaveLength(250);
  const figures = (values: readonly number[]) => downtimeSummary([values], draw, 2);
  const [whole, part] = [figures(users), figures(few)];
  expect(Math.abs(part.meanSeconds.value - whole.meanSeconds.value)).toBeLessThan(0.1);
  expect(Math.abs(part.p95Seconds.value - whole.p95Seconds.value)).toBeLessThan(0.5);
  expect(Math.abs(part.zeroShare.value - whole.zeroShare.value)).toBeLessThan(0.005);
});
