// Routing policies, with chance under control.
import { describe, expect, test } from '@jest/globals';

import type { RecordSet, Routing } from '../../../../local/route53/core/record-set.ts';
import { chooseSets, shuffle, type Place } from '../../../../local/route53/dns/choose.ts';
import { values, weighted } from '../sample-zone.ts';

const set = (id: string, routing: Routing): RecordSet =>
  values('api.clinic.test.', 'A', ['192.0.2.1'], { id, routing });

/** A reproducible generator (mulberry32), so that shares are facts and not luck. */
function seeded(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const chosen = (group: readonly RecordSet[], sick: readonly string[] = [], place: Place = {}) => {
  const random = seeded(7);
  const isHealthy = ({ setIdentifier = '' }: RecordSet) => !sick.includes(setIdentifier);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 4_000; i += 1)
    for (const { setIdentifier = '' } of chooseSets(group, { random, isHealthy, place }))
      counts[setIdentifier] = (counts[setIdentifier] ?? 0) + 1 / 4_000;
  return counts;
};

describe('weighted', () => {
  test('sets answer in proportion to their weights', () => {
    const share = chosen([set('a', weighted(3)), set('b', weighted(1))]);
    expect(share['a']).toBeCloseTo(0.75, 1);
    expect(share['b']).toBeCloseTo(0.25, 1);
  });

  test('weight 0 never answers beside a healthy set with weight', () => {
    expect(chosen([set('a', weighted(1)), set('b', weighted(0))])).toEqual({
      a: expect.closeTo(1),
    });
  });

  test('all zero means all equal', () => {
    const share = chosen([set('a', weighted(0)), set('b', weighted(0))]);
    expect(share['a']).toBeCloseTo(0.5, 1);
    expect(share['b']).toBeCloseTo(0.5, 1);
  });

  test('an unhealthy set does not answer', () => {
    expect(chosen([set('a', weighted(9)), set('b', weighted(1))], ['a'])).toEqual({
      b: expect.closeTo(1),
    });
  });

  test('weight 0 stands in when all that have weight are unhealthy', () => {
    expect(chosen([set('a', weighted(9)), set('b', weighted(0))], ['a'])).toEqual({
      b: expect.closeTo(1),
    });
  });

  test('all unhealthy fails open: weights count as if all were well', () => {
    const share = chosen(
      [set('a', weighted(3)), set('b', weighted(1)), set('c', weighted(0))],
      ['a', 'b', 'c'],
    );
    expect(share['a']).toBeCloseTo(0.75, 1);
    expect(share['c']).toBeUndefined();
  });
});

const one = (group: RecordSet[], sick: string[]) =>
  chooseSets(group, {
    random: seeded(1),
    place: {},
    isHealthy: ({ setIdentifier = '' }) => !sick.includes(setIdentifier),
  }).map(({ setIdentifier }) => setIdentifier);

describe('failover', () => {
  const pair = [
    set('s', { kind: 'failover', role: 'SECONDARY' }),
    set('p', { kind: 'failover', role: 'PRIMARY' }),
  ];

  test.each([
    ['the primary while it is healthy', [], 'p'],
    ['the secondary when the primary is not', ['p'], 's'],
    ['the primary when neither is', ['p', 's'], 'p'],
    ['the primary when only the secondary is not', ['s'], 'p'],
  ])('answers with %s', (_, sick, expected) => {
    expect(chosen(pair, sick)).toEqual({ [expected]: expect.closeTo(1) });
  });
});

const sets = (n: number) =>
  Array.from({ length: n }, (_, i) => set(`m${i}`, { kind: 'multivalue' }));

describe('multivalue', () => {
  test('answers with all healthy sets up to eight', () => {
    expect(one(sets(8), [])).toHaveLength(8);
    expect(one(sets(9), [])).toHaveLength(8);
    expect(new Set(one(sets(3), ['m1']))).toEqual(new Set(['m0', 'm2']));
  });

  test('answers with the unhealthy ones when there are no others', () => {
    expect(one(sets(2), ['m0', 'm1'])).toHaveLength(2);
  });
});

describe('latency', () => {
  const group = ['us-east-1', 'eu-west-1'].map((region) =>
    set(region, { kind: 'latency', region }),
  );

  test('the nearest healthy region answers', () => {
    const near = { regions: ['eu-west-1', 'us-east-1'] };
    expect(chosen(group, [], near)).toEqual({ 'eu-west-1': expect.closeTo(1) });
    expect(chosen(group, ['eu-west-1'], near)).toEqual({ 'us-east-1': expect.closeTo(1) });
    expect(chosen(group, ['eu-west-1', 'us-east-1'], near)).toEqual({
      'eu-west-1': expect.closeTo(1),
    });
  });

  test('a client that is nowhere gets any', () => {
    expect(chosen(group)['us-east-1']).toBeCloseTo(0.5, 1);
  });
});

describe('geolocation', () => {
  const group = [
    set('default', { kind: 'geolocation', location: { country: '*' } }),
    set('europe', { kind: 'geolocation', location: { continent: 'EU' } }),
    set('germany', { kind: 'geolocation', location: { country: 'DE' } }),
    set('ohio', { kind: 'geolocation', location: { country: 'US', subdivision: 'OH' } }),
  ];
  const germany = { continent: 'EU', country: 'DE' };

  test.each<[string, Place, string[], string]>([
    ['the country before the continent', germany, [], 'germany'],
    ['the continent when the country is unhealthy', germany, ['germany'], 'europe'],
    ['the narrowest when all are unhealthy', germany, ['germany', 'europe', 'default'], 'germany'],
    ['the subdivision', { continent: 'NA', country: 'US', subdivision: 'OH' }, [], 'ohio'],
    ['the default elsewhere', { continent: 'NA', country: 'US', subdivision: 'TX' }, [], 'default'],
    ['the default nowhere', {}, [], 'default'],
  ])('answers with %s', (_, place, sick, expected) => {
    expect(chosen(group, sick, place)).toEqual({ [expected]: expect.closeTo(1) });
  });

  test('a place that nothing fits gets no answer', () => {
    expect(chosen(group.slice(1), [], { continent: 'AS' })).toEqual({});
  });
});

test('a shuffle gives every order its share', () => {
  const random = seeded(3);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6_000; i += 1) {
    const order = shuffle(['a', 'b', 'c'], random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(count / 6_000).toBeCloseTo(1 / 6, 1);
});
