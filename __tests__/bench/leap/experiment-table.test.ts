// A run's rows as a table.
import { expect, test } from '@jest/globals';
import { experimentTable } from '../../../bench/leap/experiment-table.ts';
import type { Row } from '../../../bench/leap/row.ts';

const row = (arm: string, killedAtMs: number, downtimeMs: number): Row => ({
  arm,
  resolver: 'unbound',
  client: 'first',
  ttlSeconds: 10,
  region: 'aws-paris',
  killedAtMs,
  cache: 'unbound#1',
  downtimeMs,
  requests: 40,
  failed: downtimeMs / 1_000,
  firstAddressAliveShare: 0,
  zeroDowntime: downtimeMs === 0,
});

const rows = [
  row('single', 1, 6_000),
  row('multi:2', 2, 0),
  row('single', 3, 10_000),
  row('multi:2', 4, 4_000),
  row('single', 3, 8_000),
];
const cells = (line: string | undefined) => (line ?? '').split(/ {2,}/);

test('each arm has its users, its kills and what they lost', () => {
  const [head, multi, single, ...more] = experimentTable(rows, 1).split('\n').map(cells);
  expect(more).toEqual([]);
  expect(head?.slice(0, 5)).toEqual(['arm', 'TTL', 'client', 'users', 'kills']);
  expect(multi?.slice(0, 5)).toEqual(['multi:2', '10', 'first', '2', '2']);
  expect(multi?.at(-1)).toBe('50 %');
  expect(single?.slice(0, 5)).toEqual(['single', '10', 'first', '3', '2']);
  expect(single?.slice(6)).toEqual(['8.0', '9.8', '10.0', '0 %']);
});

test('the mean lies within its interval, and the same seed gives the same one', () => {
  const [, mean, low, high] =
    /single .* (\d+\.\d+) \((\d+\.\d+) to (\d+\.\d+)\)/.exec(experimentTable(rows, 1)) ?? [];
  expect(Number(mean)).toBe(8);
  expect(Number(low)).toBeLessThan(8);
  expect(Number(high)).toBeGreaterThan(8);
  expect(experimentTable(rows, 1)).toBe(experimentTable(rows, 1));
});
