// The simulator as a backend of the experiment: figures of every arm, behind each resolver and over all of them.
import { expect, test } from '@jest/globals';
import { simulatedCells, usersPerCell } from '../../../bench/leap/simulated-cells.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const settings = {
  arms: ['control', 'single', 'multi:2'],
  ttlsSeconds: [10],
  resolvers: ['bind+no-prefetch', 'pdns+no-packet-cache'],
  clients: ['first', 'node-http'],
  users: 19_200,
  kills: 20,
  seed: 7,
};
const cellsOf = (arm: string, rewriteSeconds: readonly number[] = [3.4]) =>
  simulatedCells(settings, { arm, ttlSeconds: 10 }, rewriteSeconds, seededRandom(1));

test('users are spread evenly, and counted behind each resolver and over all', () => {
  expect(usersPerCell(settings)).toBe(1_600);
  const cells = cellsOf('single');
  expect(cells.map(({ client, resolver }) => `${client} ${resolver}`)).toEqual([
    'first all',
    'first bind+no-prefetch',
    'first pdns+no-packet-cache',
    'node-http all',
    'node-http bind+no-prefetch',
    'node-http pdns+no-packet-cache',
  ]);
  const users = cells.map(({ summary }) => summary.users);
  expect(users).toEqual([3_200, 1_600, 1_600, 3_200, 1_600, 1_600]);
});

test('the means are those of the closed form, whose intervals hold them; who tries all addresses loses nothing', () => {
  for (const [arm, theory] of [
    ['single', 3.4 + 5],
    ['multi:2', (3.4 + 5) / 3],
  ] as const) {
    const { value, low, high } = cellsOf(arm)[0]!.summary.meanSeconds;
    expect(Math.abs(value / theory - 1)).toBeLessThan(0.1);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  }
  expect(cellsOf('multi:2')[3]!.summary.zeroShare.value).toBe(1);
});

test('the control is down for as long as the region is', () => {
  expect(cellsOf('control')[0]!.summary.meanSeconds.value).toBeGreaterThan(599);
});
