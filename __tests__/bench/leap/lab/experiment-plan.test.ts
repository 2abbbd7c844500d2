// The plan of an experiment: what is struck when, and how long a round must last.
import { describe, expect, test } from '@jest/globals';
import { durationMs, roundsOf, roundTimes } from '../../../../bench/leap/lab/experiment-plan.ts';
import type { ClientName } from '../../../../bench/leap/lab/client-names.ts';
import type { ExperimentSettings } from '../../../../bench/leap/lab/experiment-plan.ts';
import { resolverProfiles } from '../../../../failover/lab/resolvers/resolver-profile.ts';

const settings: ExperimentSettings = {
  arms: ['control', 'single', 'hedge:1:1', 'multi:2'],
  ttlsSeconds: [10, 60],
  kills: 5,
  fault: 'blackhole',
  resolvers: ['unbound'],
  clients: ['first'],
  copies: 3,
  seed: 7,
};
const only = (...ids: readonly string[]) => resolverProfiles.filter(({ id }) => ids.includes(id));

describe('the order', () => {
  const rounds = roundsOf(settings);

  test('has every arm once in each block of each TTL', () => {
    expect(rounds).toHaveLength(5 * 2 * 4);
    for (let from = 0; from < rounds.length; from += 4) {
      const block = rounds.slice(from, from + 4);
      expect(new Set(block.map(({ arm }) => arm))).toEqual(new Set(settings.arms));
      expect(new Set(block.map(({ ttlSeconds }) => ttlSeconds)).size).toBe(1);
    }
  });

  test('is drawn anew for each block, and again the same from the same seed', () => {
    const orders = Array.from({ length: 10 }, (_, block) =>
      rounds
        .slice(block * 4, block * 4 + 4)
        .map(({ arm }) => arm)
        .join(),
    );
    expect(new Set(orders).size).toBeGreaterThan(3);
    expect(roundsOf(settings)).toEqual(rounds);
    expect(roundsOf({ ...settings, seed: 8 })).not.toEqual(rounds);
  });

  test('kills at any moment of a TTL', () => {
    const phases = rounds.filter(({ ttlSeconds }) => ttlSeconds === 60).map((r) => r.phaseMs);
    expect(Math.min(...phases)).toBeLessThan(20_000);
    expect(Math.max(...phases)).toBeGreaterThan(40_000);
    expect(Math.max(...phases)).toBeLessThan(60_000);
  });
});

describe('a round', () => {
  test('outlasts the longest that any cache or browser in it holds an answer', () => {
    const plain = roundTimes(10, only('unbound', 'bind'), ['first']);
    expect(plain.windowMs).toBeGreaterThan(10_000);
    expect(plain.restMs).toBeGreaterThan(20_000);
    const clamped = roundTimes(10, only('unbound', 'dnsmasq+min-ttl'), ['first']);
    expect(clamped.windowMs).toBeGreaterThan(30_000);
    const browser = roundTimes(10, only('unbound'), ['first', 'chromium']);
    expect(browser.windowMs).toBeGreaterThan(127_000);
    expect(roundTimes(60, only('dnsmasq+min-ttl'), ['first']).windowMs).toBeGreaterThan(60_000);
  });

  test('begins when the connections of the round before, which lead to the standby, have had their twenty requests', () => {
    const of = (...clients: readonly ClientName[]) =>
      roundTimes(2, only('unbound'), clients).restMs;
    expect(of('first', 'keep-alive')).toBeGreaterThan(of('first') + 19_000);
  });

  test('waits for the slowest client to lose its patience', () => {
    expect(roundTimes(10, only('unbound'), ['curl']).graceMs).toBeGreaterThanOrEqual(10_000);
  });
});

test('what a run will take grows with its rounds', () => {
  const timesOf = (ttl: number) => roundTimes(ttl, only('unbound'), ['first']);
  const rounds = roundsOf(settings);
  const whole = durationMs(rounds, timesOf);
  const half = durationMs(rounds.slice(0, 20), timesOf);
  expect(durationMs([], timesOf)).toBe(0);
  expect(half).toBeLessThan(whole);
  expect(half + durationMs(rounds.slice(20), timesOf)).toBeCloseTo(whole);
});
