// Requests that failed, second by second from the kill on.
import { expect, test } from '@jest/globals';
import {
  failingCsv,
  failingSeconds,
  parseFailing,
  pooledSeconds,
} from '../../../bench/leap/failing.ts';
import type { KeptRound } from '../../../bench/leap/failing.ts';

type Requests = readonly (readonly [afterMs: number, ok: boolean])[];

const round = (arm: string, client: 'first' | 'curl', requests: Requests): KeptRound => ({
  record: { arm, ttlSeconds: 10, killedAtMs: 5_000, windowMs: 3_000 },
  raw: {
    clinics: [
      {
        cache: 'unbound#1',
        client,
        sent: requests.map(([afterMs, ok]) => ({ at: 5_000 + afterMs, ok, tookMs: 1 })),
      },
    ],
  },
});

const counted = (rounds: readonly KeptRound[]) =>
  failingSeconds(rounds).map(({ arm, client, second, requests, failed }) =>
    [arm, client, second, requests, failed].join(' '),
  );

test('a request counts in the second in which it was begun, over all kills of its arm', () => {
  const rounds = [
    round('single', 'first', [
      [0, false],
      [999, true],
      [1_000, false],
    ]),
    round('single', 'first', [[500, false]]),
    round('multi:2', 'first', [[500, true]]),
    round('single', 'curl', [[500, true]]),
  ];
  expect(counted(rounds)).toEqual([
    'multi:2 first 0 1 0',
    'single curl 0 1 0',
    'single first 0 3 2',
    'single first 1 1 1',
  ]);
});

test('requests before the kill and after the window do not count', () => {
  const outside: Requests = [
    [-1, false],
    [3_000, false],
  ];
  expect(counted([round('single', 'first', outside)])).toEqual([]);
  expect(counted([round('single', 'first', [...outside, [2_999, false]])])).toEqual([
    'single first 2 1 1',
  ]);
});

test('the same second of two runs is one', () => {
  const [second] = failingSeconds([round('single', 'first', [[100, false]])]);
  expect(pooledSeconds([second!, second!])).toEqual([{ ...second, requests: 2, failed: 2 }]);
});

test('what is written is read back the same', () => {
  const seconds = failingSeconds([round('hedge:1:1', 'curl', [[100, false]])]);
  expect(parseFailing(failingCsv(seconds).trimEnd().split('\n'))).toEqual(seconds);
});

test.each([
  [['arm,client'], /begins with "arm,client"/],
  [['arm,ttl_seconds,client,second,requests,failed', 'single,10,first,0,2,3'], /first,0,2,3/],
  [['arm,ttl_seconds,client,second,requests,failed', 'single,10,first,0,2'], /first,0,2"/],
  [[], /begins with ""/],
])('%j is refused', (lines, found) => {
  expect(() => parseFailing(lines)).toThrow(found);
});
