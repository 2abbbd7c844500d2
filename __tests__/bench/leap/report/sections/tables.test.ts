// The tables of the page: each figure is in its cell, and what is only a lower bound is marked as one.
import { expect, test } from '@jest/globals';
import type { KeptComparison } from '../../../../../bench/leap/report/comparison-file.ts';
import { agreementText } from '../../../../../bench/leap/report/sections/agreement-text.ts';
import { budgetTable } from '../../../../../bench/leap/report/sections/budget-table.ts';
import { detectorText } from '../../../../../bench/leap/report/sections/detector-text.ts';
import {
  mainTable,
  overviewTable,
  resolverTable,
} from '../../../../../bench/leap/report/sections/downtime-tables.ts';
import { headlineTable } from '../../../../../bench/leap/report/sections/headline.ts';
import { priceTable } from '../../../../../bench/leap/report/sections/price-table.ts';
import { runsTable } from '../../../../../bench/leap/report/sections/runs-table.ts';
import { leapRow } from '../../../../support/leap-rows.ts';
import { labRun, leapSet } from '../../../../support/leap-runs.ts';

const of = (arm: string, client: string, seconds: readonly number[], resolver = 'unbound') =>
  seconds.map((s, i) => leapRow(s, { arm, client, resolver, killedAtMs: i }));

const set = leapSet([
  ...of('control', 'first', [40, 40]),
  ...of('single', 'first', [6, 12]),
  ...of('single', 'first', [30, 36], 'bind'),
  ...of('multi:2', 'first', [0, 6]),
  ...of('single', 'node-http', [6, 6]),
  ...of('multi:2', 'node-http', [0, 0]),
]);

const cellsOf = (table: string) =>
  table.split('\n').map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
const rowOf = (table: string, ...names: readonly string[]) =>
  cellsOf(table).find((cells) => names.every((name) => cells.includes(name)));

test('arm by client: users, kills, mean, quantiles, and who lost nothing', () => {
  const row = rowOf(mainTable(set), '`single`', '`first`');
  expect(row?.slice(0, 5)).toEqual(['`single`', '0 %', '`first`', '4', '2']);
  expect(row?.[5]).toMatch(/^21\.0 \(\d+\.\d to \d+\.\d\)$/);
  expect(row?.slice(6, 9)).toEqual(['21.0', '35.1', '35.8']);
  expect(row?.[9]).toMatch(/^0 % \(at most \d+ %\)$/);
  expect(rowOf(mainTable(set), '`multi:2`', '`node-http`')?.[9]).toMatch(/^100 % \(at least/);
});

test('the control is a lower bound, and nobody else is', () => {
  const bounded = cellsOf(mainTable(set)).filter((cells) => cells.join().includes('≥'));
  expect(bounded.map(([arm]) => arm)).toEqual(['`control`, a lower bound']);
  expect(bounded[0]?.[5]).toMatch(/^≥ 40\.0/);
  expect(rowOf(overviewTable(set), '`control`, a lower bound')?.[2]).toMatch(/^≥ 40\.0/);
});

test('behind each resolver its own users alone are counted', () => {
  const table = resolverTable(set);
  expect(rowOf(table, '`single`', 'unbound', 'first')?.[5]).toMatch(/^9\.0 /);
  expect(rowOf(table, '`single`', 'bind', 'first')?.[5]).toMatch(/^33\.0 /);
});

test('the abstract says what duplicate addresses saved, and of which arm', () => {
  const table = headlineTable([set]);
  const first = rowOf(table, '`first`');
  expect(first?.[4]).toMatch(/^3\.0 .*`multi:2`, q 67 %/);
  expect(first?.[5]).toMatch(/^86 % \(/);
  expect(rowOf(table, '`node-http`')?.[5]).toBe('all: nobody lost any');
  expect(headlineTable([leapSet(of('multi:2', 'first', [1]))])).toMatch(/^No published run/);
});

test('an event costs its downtime times the share of the users who are stricken', () => {
  const row = rowOf(budgetTable(set), '`single`', '`first`');
  // 21 s: a third of it is 7 s or 0.117 min.
  expect(row?.slice(2)).toEqual(['0.12', '0.3 %', '2.7 %', '0.35', '0.8 %', '8.1 %']);
  expect(rowOf(budgetTable(set), '`control`', '`first`')?.[2]).toBe('≥ 0.22');
});

test('a price is what crosses regions in peace, and the wait of those who try the next address', () => {
  const table = priceTable(['control', 'single', 'hedge:1:1', 'multi:1']);
  expect(rowOf(table, '`single`')?.slice(1, 3)).toEqual(['0 %', 'none: one address']);
  expect(rowOf(table, '`hedge:1:1`')?.slice(1, 3)).toEqual(['50 %', 'none: one address']);
  expect(rowOf(table, '`multi:1`')?.slice(1, 3)).toEqual(['50 %', '125 ms']);
  expect(table).not.toMatch(/control/);
});

test('a detector that one measurement lacks is named', () => {
  const points = [
    {
      rule: 'ours',
      fault: 'killed',
      rounds: 2,
      medianSeconds: 3,
      p95Seconds: 4,
      drains: 0,
      days: 150,
      perDay: 0,
      low: 0,
      high: 0.0246,
    },
  ];
  const text = detectorText({ points, leftOut: ['theirs'] });
  expect(rowOf(text, 'ours')?.slice(2)).toEqual(['2', '3.0', '4.0', '0 (0 to 0.025)']);
  expect(text).toMatch(/Left out.*theirs\./);
  expect(detectorText({ points, leftOut: [] })).not.toMatch(/Left out/);
});

test('runs are listed with what was struck, and how they were made', () => {
  const counts = {
    ttlsSeconds: [10, 60],
    arms: 4,
    resolvers: 21,
    clients: 8,
    kills: 12,
    users: 99,
  };
  const facts = { command: 'npm run x', commit: 'abc', startedAt: '2026-11-21T16:02:52.239Z' };
  const table = runsTable([{ run: labRun, facts, ...counts }]);
  expect(rowOf(table, 'lab, main')?.slice(2)).toEqual([
    '10, 60',
    '4',
    '21',
    '8',
    '12',
    '99',
    '2026-11-21, abc',
  ]);
  expect(table).toMatch(/Made by `npm run x`\./);
});

const compared = (change: Partial<KeptComparison & { expectedSeconds: number | null }>) => ({
  folders: ['a'],
  role: 'main' as const,
  arm: 'single',
  client: 'first',
  ttlSeconds: 10,
  users: 60,
  labSeconds: 10,
  labErrorSeconds: 0.1,
  simulatedSeconds: 10,
  simulatedErrorSeconds: 0.1,
  agrees: true,
  expectedSeconds: 11.4,
  ...change,
});

test('who agrees is counted, and who differs is named', () => {
  const text = agreementText([
    compared({}),
    compared({ client: 'curl', expectedSeconds: null }),
    compared({ arm: 'multi:2', simulatedSeconds: 14, agrees: false, expectedSeconds: 11.6 }),
  ]);
  expect(text).toMatch(/Of 3 means .* agrees with 2\. Of the 2 .* agrees with 1\./);
  expect(rowOf(text, '`multi:2`')?.slice(3)).toEqual([
    '10.0 ± 0.1',
    '14.0 (differs)',
    '11.6 (differs)',
  ]);
  expect(rowOf(text, '`curl`')).toBeUndefined();
  expect(agreementText([compared({})])).not.toMatch(/differ/);
});
