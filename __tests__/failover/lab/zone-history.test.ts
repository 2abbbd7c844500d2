// The judge of the testbed must itself be able to see what it is there for.
import { expect, test } from '@jest/globals';
import {
  emptySteps,
  largeRaises,
  overruled,
  staleWrites,
  termsBack,
  weightsOver,
} from '../../../failover/lab/zone-history.ts';
import type { Batch } from '../../../failover/lab/zone-history.ts';
import { belgium, paris, production } from '../../support/fleets.ts';

const batch = (from: number, to: number, more: Partial<Batch> = {}): Batch => ({
  at: to,
  from,
  to,
  by: 'vantage-dublin',
  weights: {},
  addresses: {},
  accepted: true,
  error: null,
  ...more,
});

test('terms that follow each other are no stale writes, whatever was refused between them', () => {
  const refused = batch(1, 2, { accepted: false, error: 'InvalidChangeBatch' });
  expect(staleWrites([batch(1, 2), refused, batch(2, 3)], 1)).toEqual([]);
});

test('a batch that took effect though it was planned from an older term is a stale write', () => {
  expect(staleWrites([batch(1, 2), batch(2, 3), batch(1, 2)], 1)).toEqual([
    'at 2 vantage-dublin replaced term 1 by 2 where 3 stood',
  ]);
});

test('a batch without a fence, and one that leaves a term out, are stale writes', () => {
  const unfenced = batch(1, 2, { from: null });
  expect(staleWrites([unfenced], 1)).toHaveLength(1);
  expect(staleWrites([batch(1, 3)], 1)).toHaveLength(1);
});

test('a region that rises by more than 25 at once is found, unless its batch leaves another one', () => {
  const first = { [paris]: 0, [belgium]: 10 };
  const raised = weightsOver([batch(1, 2, { weights: { [paris]: 26 } })], first);
  expect(largeRaises(raised, production)).toEqual([`${paris} from 0 to 26`]);
  const rescued = { [paris]: 80, [belgium]: 0 };
  expect(largeRaises(weightsOver([batch(1, 2, { weights: rescued })], first), production)).toEqual(
    [],
  );
});

test('a step after which nobody has any weight is counted', () => {
  const steps = weightsOver([batch(1, 2, { weights: { [paris]: 0 } })], { [paris]: 80 });
  expect(emptySteps(steps)).toBe(1);
});

test('what takes effect after a batch and sets its region otherwise has overruled it', () => {
  const last = batch(2, 3, { weights: { [paris]: 80 } });
  const refused = batch(1, 2, { accepted: false, weights: { [paris]: 0 } });
  const elsewhere = batch(3, 4, { weights: { [belgium]: 0 } });
  const undone = batch(4, 5, { weights: { [paris]: 0 } });
  expect(overruled([batch(1, 2), last, refused, elsewhere], last, paris)).toEqual([]);
  expect(overruled([last, elsewhere, undone], last, paris)).toEqual([undone]);
});

test('a term goes back only when the newer one was known before the older one was asked for', () => {
  const sight = (askedAt: number, at: number, term: number, server = 'one') => ({
    server,
    askedAt,
    at,
    term,
  });
  const overtaken = [sight(0, 5, 2), sight(1, 4, 3)];
  expect(termsBack(overtaken)).toEqual([]);
  expect(termsBack([sight(0, 1, 3), sight(0, 1, 2, 'two'), sight(2, 3, 3)])).toEqual([]);
  expect(termsBack([sight(0, 1, 3), sight(2, 3, 2)])).toEqual([sight(2, 3, 2)]);
});
