// What the figures draw: curves, lines and bands that say what was measured, from their data alone.
import { expect, test } from '@jest/globals';
import type { TopLevelSpec } from 'vega-lite';
import { agreementFigure } from '../../../../../bench/leap/report/figures/agreement-figure.ts';
import { budgetFigure } from '../../../../../bench/leap/report/figures/budget-figure.ts';
import { detectorFigure } from '../../../../../bench/leap/report/figures/detector-figure.ts';
import { downtimeFigure } from '../../../../../bench/leap/report/figures/downtime-figure.ts';
import { failingFigure } from '../../../../../bench/leap/report/figures/failing-figure.ts';
import {
  heatFigure,
  plainResolvers,
} from '../../../../../bench/leap/report/figures/heat-figure.ts';
import { armStyles } from '../../../../../bench/leap/report/figures/house-style.ts';
import { paretoFigure } from '../../../../../bench/leap/report/figures/pareto-figure.ts';
import {
  recoveryCurve,
  recoveryFigure,
} from '../../../../../bench/leap/report/figures/recovery-figure.ts';
import { leapRow } from '../../../../support/leap-rows.ts';
import { leapSet } from '../../../../support/leap-runs.ts';

type Datum = Readonly<Record<string, unknown>>;

const dataOf = (spec: TopLevelSpec | null): readonly Datum[] =>
  (spec as { data: { values: readonly Datum[] } } | null)?.data.values ?? [];

const set = leapSet([
  leapRow(40, { arm: 'control' }),
  leapRow(8),
  leapRow(10),
  leapRow(32, { resolver: 'unbound+min-ttl' }),
  leapRow(3, { arm: 'multi:2' }),
  leapRow(0, { arm: 'multi:2', client: 'node-http' }),
]);

test('a recovery curve begins with those who lost nothing and ends with all', () => {
  const curve = recoveryCurve(Float64Array.of(0, 0, 4, 10), 10);
  expect(curve[0]).toEqual({ seconds: 0, share: 0.5 });
  expect(curve.find(({ seconds }) => seconds >= 4)?.share).toBe(0.75);
  expect(curve.findLast(({ seconds }) => seconds < 4)?.share).toBe(0.5);
  expect(curve.at(-1)).toEqual({ seconds: 10, share: 1 });
});

test('recovery is that of the client that takes the first address, the control marked', () => {
  const arms = new Set(dataOf(recoveryFigure([set])).map(({ arm }) => arm));
  expect([...arms]).toEqual(['control (lower bound)', 'single', 'multi:2']);
  expect(recoveryFigure([leapSet([leapRow(1, { client: 'curl' })])])).toBeNull();
});

test('a mean stands within its interval, in a panel for its client', () => {
  const found = dataOf(downtimeFigure(set)).find(
    ({ arm, client }) => arm === 'single' && client === 'first',
  );
  expect(found?.['value']).toBeCloseTo(50 / 3);
  expect(found?.['low']).toBeLessThan(50 / 3);
});

test('the share that failed is of the requests of that second', () => {
  const second = {
    arm: 'single',
    ttlSeconds: 10,
    client: 'first',
    second: 2,
    requests: 8,
    failed: 2,
  };
  expect(dataOf(failingFigure([second]))).toMatchObject([{ second: 2, share: 0.25 }]);
  expect(failingFigure([{ ...second, client: 'undici' }])).toBeNull();
});

test('the line of the price runs from D + T/2 to nothing, and the control is not on the figure', () => {
  const data = dataOf(paretoFigure([set]));
  const [from, to] = data.filter(({ expected }) => expected !== undefined);
  // 3.5 s to rewrite; unbound holds 11 s of a TTL of 10 s, and at least 30 s with a minimum.
  expect(from?.['expected']).toBeCloseTo(3.5 + (11 + 30) / 4, 0);
  expect(to).toMatchObject({ q: 1, expected: 0 });
  expect(data.map(({ arm }) => arm)).not.toContain('control (lower bound)');
  expect(data.find(({ arm }) => arm === 'multi:2')?.['q']).toBeCloseTo(2 / 3);
});

test('the lab stands in the cell of its D and T with those resolvers alone that hold their TTL', () => {
  expect(plainResolvers(set)).toEqual(['unbound']);
  const seen = dataOf(heatFigure([set])).filter(({ lab }) => lab !== undefined);
  expect(seen).toMatchObject([
    { rewrite: 3.5, held: 10, lab: 'lab 9.0' },
    { rewrite: 3.5, held: 10, lab: 'lab 3.0' },
  ]);
  const cells = dataOf(heatFigure([])).filter(({ rewrite, held }) => rewrite === 10 && held === 20);
  expect(cells.map(({ mean }) => mean)).toEqual([20, expect.closeTo(20 / 3)]);
});

test('a detector without any false drain stands at the most that is compatible with none, and says so', () => {
  const point = {
    rule: 'r',
    fault: 'killed',
    rounds: 1,
    medianSeconds: 3,
    p95Seconds: 4,
    days: 150,
  };
  const none = { ...point, drains: 0, perDay: 0, low: 0, high: 0.02 };
  const some = { ...point, rule: 's', drains: 3, perDay: 0.02, low: 0.01, high: 0.06 };
  const data = dataOf(detectorFigure([none, { ...none, fault: 'frozen' }, some]));
  expect(data.map(({ often }) => often)).toEqual([0.02, 0.02, 0.02]);
  expect(data.map(({ none: text }) => text)).toEqual(['none in 150 days: at most so many', '', '']);
});

test('the band is 15 % around what was measured', () => {
  const one = {
    folders: ['a'],
    role: 'main' as const,
    arm: 'single',
    client: 'first',
    ttlSeconds: 10,
    users: 9,
    labSeconds: 10,
    labErrorSeconds: 1,
    simulatedSeconds: 11,
    simulatedErrorSeconds: 1,
    agrees: true,
    expectedSeconds: null,
  };
  const data = dataOf(agreementFigure([one]));
  expect(data.filter(({ by }) => by !== undefined)).toMatchObject([
    { by: 'simulator', lab: 10, said: 11, low: 8, high: 12 },
  ]);
  expect(data.at(-1)).toMatchObject({ lab: 12, bandLow: 10.2, bandHigh: expect.closeTo(13.8) });
  expect(agreementFigure([])).toBeNull();
});

test('an event is a share of the tighter budget', () => {
  const found = dataOf(budgetFigure([set])).find(({ arm }) => arm === 'multi:2');
  // A third of 3 s, of 4.32 minutes.
  expect(found?.['value']).toBeCloseTo(1 / 60 / 4.32);
});

test('no two arms look alike', () => {
  const arms = ['control', 'single', 'failover', 'weighted', 'widen:2', 'hedge:1:1', 'hedge:2:1'];
  const { colours, dashes } = armStyles([...arms, 'duplicate-sets:2', 'multi:1', 'multi:2']);
  const looks = colours.map((colour, i) => `${colour} ${dashes[i]?.join()}`);
  expect(new Set(looks).size).toBe(10);
});
