// Runs of one backend, role and TTL are pooled; others are not.
import { expect, test } from '@jest/globals';
import { killsOf, runSets } from '../../../../bench/leap/report/run-set.ts';
import { leapRow } from '../../../support/leap-rows.ts';
import { labRun, leapRound, leapSet } from '../../../support/leap-runs.ts';

const otherRun = { ...labRun, folder: 'another-run' };

test('two runs at one TTL are one set, and their kills stay apart though they have one number', () => {
  const rows = [leapRow(4), leapRow(6)];
  const sets = runSets([
    { run: labRun, rounds: [leapRound('single', 3_000)], rows },
    { run: otherRun, rounds: [leapRound('single', 4_000)], rows: [leapRow(8)] },
  ]);
  expect(sets).toHaveLength(1);
  expect(sets[0]?.rewriteSeconds).toEqual([3, 4]);
  expect(killsOf(sets[0]!, { arm: 'single', client: 'first' })).toEqual([[4, 6], [8]]);
});

test('TTLs, backends and roles are sets of their own, the lab first', () => {
  const run = (change: object) => ({ ...labRun, folder: JSON.stringify(change), ...change });
  const sets = runSets([
    { run: run({ backend: 'sim' }), rounds: [], rows: [leapRow(1)] },
    { run: run({ role: 'browser' }), rounds: [], rows: [leapRow(1)] },
    { run: labRun, rounds: [], rows: [leapRow(1, { ttlSeconds: 60 }), leapRow(1)] },
  ]);
  expect(sets.map(({ backend, role, ttlSeconds }) => `${backend} ${role} ${ttlSeconds}`)).toEqual([
    'lab main 10',
    'lab main 60',
    'lab browser 10',
    'sim main 10',
  ]);
});

test('runs with other resolvers are not pooled: a mean of unlike users says nothing', () => {
  const rows = [leapRow(1, { resolver: 'bind' })];
  const contents = [
    { run: labRun, rounds: [], rows: [leapRow(1)] },
    { run: otherRun, rounds: [], rows },
  ];
  expect(() => runSets(contents)).toThrow(/another-run behind bind/);
});

test('arms stand in the order of their price, and a round that nobody rewrote has no rewrite', () => {
  const arms = ['multi:2', 'weighted', 'control', 'hedge:1:1', 'single'];
  const set = leapSet(
    arms.map((arm) => leapRow(1, { arm })),
    [leapRound('control', null), leapRound('single', 3_000)],
  );
  expect(set.arms).toEqual(['control', 'single', 'weighted', 'hedge:1:1', 'multi:2']);
  expect(set.rewriteSeconds).toEqual([3]);
});

test('some resolvers can be asked for alone', () => {
  const set = leapSet([leapRow(1), leapRow(9, { resolver: 'bind' })]);
  const asked = (resolvers?: readonly string[]) =>
    killsOf(set, { arm: 'single', client: 'first', ...(resolvers && { resolvers }) });
  expect(asked()).toEqual([[1, 9]]);
  expect(asked(['bind'])).toEqual([[9]]);
  expect(asked(['knot'])).toEqual([]);
});
