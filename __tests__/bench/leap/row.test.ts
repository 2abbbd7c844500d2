// A row is read as it was written, and nothing else is taken for one.
import { expect, test } from '@jest/globals';
import { parseRow, rowText } from '../../../bench/leap/row.ts';
import type { Row } from '../../../bench/leap/row.ts';

const row: Row = {
  arm: 'multi:2',
  resolver: 'unbound+prefetch',
  client: 'first',
  ttlSeconds: 10,
  region: 'aws-paris',
  killedAtMs: 12_000,
  cache: 'unbound-3',
  downtimeMs: 2_500,
  requests: 60,
  failed: 3,
  firstAddressAliveShare: 0.6,
  zeroDowntime: false,
};

test('a row is read as it was written, its keys always in one order', () => {
  expect(parseRow(rowText(row))).toEqual(row);
  const turned = Object.fromEntries(Object.entries(row).toReversed()) as unknown as Row;
  expect(rowText(turned)).toBe(rowText(row));
});

test.each<readonly [string, object, string]>([
  ['no arm', { arm: '' }, 'arm is not a text'],
  ['a negative downtime', { downtimeMs: -1 }, 'downtimeMs is not a number'],
  ['a downtime that is null, as JSON writes NaN', { downtimeMs: null }, 'downtimeMs is not'],
  ['more failures than requests', { failed: 61 }, '61 of 60 requests failed'],
  ['a share above one', { firstAddressAliveShare: 1.1 }, 'not within 0..1'],
  ['no downtime, said to be some', { zeroDowntime: true }, 'contradicts'],
])('%s is refused', (_, change, found) => {
  expect(() => parseRow(JSON.stringify({ ...row, ...change }))).toThrow(found);
});

test('a torn line is refused', () => {
  expect(() => parseRow(rowText(row).slice(0, 40))).toThrow('it is not JSON');
});
