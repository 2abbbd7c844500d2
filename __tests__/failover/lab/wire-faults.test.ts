// The faults of the testbed's network, as the rules that the router is given.
import { expect, test } from '@jest/globals';
import { blackhole, lossy, rulesetOf } from '../../../failover/lab/wire-faults.ts';

const rules = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /(drop|reset)$/.test(line));

test('a blackhole drops both ways, and a loss loses each way by itself', () => {
  expect(rules(rulesetOf(blackhole('198.18.1.2')))).toEqual([
    'ip daddr 198.18.1.2 drop',
    'ip saddr 198.18.1.2 drop',
  ]);
  expect(rules(rulesetOf(lossy('198.18.1.2', 5)))).toEqual([
    'ip daddr 198.18.1.2 numgen random mod 100 < 5 drop',
    'ip saddr 198.18.1.2 numgen random mod 100 < 5 drop',
  ]);
});

test('one direction and one port can be dropped alone, and a caller can be reset', () => {
  const oneWay = { kind: 'drop', from: '198.18.11.2', to: '198.18.53.2', port: 4_570 } as const;
  expect(rules(rulesetOf([oneWay, { kind: 'reset', to: '198.18.1.2' }]))).toEqual([
    'ip saddr 198.18.11.2 ip daddr 198.18.53.2 meta l4proto { tcp, udp } th dport 4570 drop',
    'ip daddr 198.18.1.2 meta l4proto tcp reject with tcp reset',
  ]);
});

test('a ruleset replaces the one before as a whole, and without faults it has no rule', () => {
  expect(rulesetOf([])).toMatch(/^table ip chaos\ndelete table ip chaos\ntable ip chaos \{/);
  expect(rules(rulesetOf([]))).toEqual([]);
});
