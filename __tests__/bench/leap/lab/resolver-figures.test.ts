// From what was seen of a resolver to what predictions are told of it.
import { describe, expect, test } from '@jest/globals';
import { modelOf, orderOf } from '../../../../bench/leap/lab/resolver-figures.ts';
import { parseResolverModel } from '../../../../failover/leap/resolver-profile.ts';

describe('the order in which a cached answer is told on', () => {
  test('is frozen where every asker is told the same', () => {
    expect(
      orderOf([
        ['a', 'a', 'a', 'a'],
        ['b', 'b', 'b', 'b'],
      ]),
    ).toBe('frozen');
  });

  test('is rotated where no asker is told the same as the one before', () => {
    expect(
      orderOf([
        ['a', 'b', 'a', 'b'],
        ['b', 'a', 'b', 'a'],
      ]),
    ).toBe('rotated');
  });

  test('is shuffled where some are and some are not', () => {
    expect(
      orderOf([
        ['a', 'a', 'b', 'a'],
        ['b', 'a', 'a', 'b'],
      ]),
    ).toBe('shuffled');
  });

  test('does not follow from the first answer, which is the zone’s own', () => {
    expect(
      orderOf([
        ['a', 'a', 'b', 'a'],
        ['b', 'b', 'a', 'b'],
      ]),
    ).toBe('rotated');
    expect(orderOf([['a', 'b', 'b', 'b']])).toBe('frozen');
  });

  test('is nothing that can be said of a name that was asked once', () => {
    expect(() => orderOf([['a', 'b']])).toThrow(RangeError);
  });
});

test('a model has the median of each TTL in ascending order, and leaves out what was fetched once', () => {
  const figures = {
    id: 'unbound',
    fetchIntervalsMs: { '60': [], '5': [5_900, 6_104, 6_001], '1': [2_000, 1_900] },
    pairs: [['a', 'a', 'b', 'b']],
    staleFirst: false,
  };
  const model = modelOf(figures, 'measured');
  expect(model).toEqual({
    id: 'unbound',
    source: { kind: 'lab', text: 'measured' },
    held: [
      { ttlSeconds: 1, heldSeconds: 1.95 },
      { ttlSeconds: 5, heldSeconds: 6 },
    ],
    order: 'shuffled',
    staleFirst: false,
    caches: 1,
  });
  expect(parseResolverModel('here', model)).toBe(model);
});
