// Whoever wrote last is heard before it is undone, unless it is gone.
import { expect, test } from '@jest/globals';
import { unheardAuthor } from '../../../failover/core/unheard-author.ts';
import type { AuthorSight } from '../../../failover/core/unheard-author.ts';
import { vantageId } from '../../../fleet/fleet.ts';
import { production } from '../../support/fleets.ts';

const dublin = vantageId('vantage-dublin');
const finland = vantageId('vantage-finland');
const keptMs = production.steering.observationAgeMsMax;

const sight = (change: Partial<AuthorSight> = {}): AuthorSight => ({
  fleet: production,
  vantage: dublin,
  term: { number: 7, by: finland },
  readAtMs: 1_000,
  seenForMs: 0,
  heardAtMs: () => 999,
  ...change,
});

test('another vantage that was last heard before its change was read is waited for', () => {
  expect(unheardAuthor(sight())).toBe(finland);
  expect(unheardAuthor(sight({ heardAtMs: () => Number.NEGATIVE_INFINITY }))).toBe(finland);
});

test('one that was heard since is not', () => {
  const heardAtMs = (id: string) => (id === finland ? 1_000 : 0);
  expect(unheardAuthor(sight({ heardAtMs }))).toBeNull();
});

test('nobody waits for itself, nor for somebody who is no vantage', () => {
  expect(unheardAuthor(sight({ vantage: finland }))).toBeNull();
  expect(unheardAuthor(sight({ term: { number: 1, by: 'provision' } }))).toBeNull();
});

test('one that is gone is waited for as long as an opinion keeps, and not a millisecond longer', () => {
  expect(unheardAuthor(sight({ seenForMs: keptMs }))).toBe(finland);
  expect(unheardAuthor(sight({ seenForMs: keptMs + 1 }))).toBeNull();
});
