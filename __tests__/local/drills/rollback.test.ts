import { expect, test } from '@jest/globals';
import { isTerm } from '../../../fleet/records.ts';
import type { RecordSet } from '../../../fleet/records.ts';
import { rollbackOf } from '../../../local/drills/rollback.ts';
import { peacetime } from '../../support/drills.ts';

const records = (change: (record: RecordSet) => RecordSet) => ({
  ...peacetime,
  records: peacetime.records.map(change),
});

test('another term is no difference, and is shown', () => {
  const after = records((r) => (isTerm(r) ? { ...r, values: ['term=7 by=vantage-dublin'] } : r));
  const rollback = rollbackOf(peacetime, after);
  expect(rollback).toMatchObject({ differences: [], termBefore: 1, termAfter: 7 });
  expect(rollback.recordsAfter).toBe(rollback.recordsBefore);
});

test('the order in which records are listed is no difference', () => {
  const after = { ...peacetime, records: peacetime.records.toReversed() };
  expect(rollbackOf(peacetime, after).differences).toEqual([]);
});

test('one weight that differs is a difference, said in both directions', () => {
  const after = records((r) =>
    r.kind === 'alias' && r.setIdentifier === 'aws-paris' ? { ...r, weight: 56 } : r,
  );
  const { differences, recordsBefore, recordsAfter } = rollbackOf(peacetime, after);
  expect(differences).toEqual([
    expect.stringMatching(/^the zone lacks: .*aws-paris weight 80/),
    expect.stringMatching(/^the zone has besides: .*aws-paris weight 56/),
  ]);
  expect(recordsAfter).not.toBe(recordsBefore);
});

test.each([
  ['a region in another phase', { phases: { ...peacetime.phases, 'aws-paris': 'RESTORING' } }],
  ['a process that is silent', { answering: { ...peacetime.answering, 'vantage-dublin': false } }],
  ['a process that is gone', { answering: {} }],
  ['a fault that lasts', { faults: ['freeze of vantage-dublin'] }],
  ['an order that stands', { orders: ['drain of aws-paris by someone (drill)'] }],
])('%s is a difference', (_, change) => {
  expect(rollbackOf(peacetime, { ...peacetime, ...change }).differences).not.toEqual([]);
});

test('an order that stood before is not ours to end', () => {
  const orders = ['drain of gcp-belgium by someone (work)'];
  expect(rollbackOf({ ...peacetime, orders }, { ...peacetime, orders }).differences).toEqual([]);
});
