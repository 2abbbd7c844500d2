// The closed forms, applied to the arms of a run: q from the record plans, T from the resolvers.
import { expect, test } from '@jest/globals';
import { crossRegionShare } from '../../../../bench/leap/report/arm.ts';
import { expectedSeconds, meanHeldSeconds } from '../../../../bench/leap/report/expected.ts';

const run = { ttlSeconds: 10, resolvers: ['unbound', 'pdns'], rewriteSeconds: [3, 5] };
const held = meanHeldSeconds(run);

test.each([
  ['single', 0],
  ['failover', 0],
  ['weighted', 0],
  ['widen:2', 0],
  ['hedge:1:1', 1 / 2],
  ['hedge:2:1', 1 / 3],
  ['duplicate-sets:2', 2 / 3],
  ['multi:1', 1 / 2],
  ['multi:2', 2 / 3],
])('%s begins %d of its answers with the standby', (arm, share) => {
  expect(crossRegionShare(arm)).toBeCloseTo(share);
});

test('who takes the first address loses (1 - q)(D + T/2), T being what the resolvers keep', () => {
  expect(held).toBeGreaterThan(10);
  expect(held).toBeLessThan(12);
  expect(expectedSeconds(run, 'single', 'first')).toBeCloseTo(4 + held / 2);
  expect(expectedSeconds(run, 'multi:2', 'first')).toBeCloseTo((4 + held / 2) / 3);
});

test('who tries every address loses nothing with two in the answer, and everything with one', () => {
  expect(expectedSeconds(run, 'multi:1', 'node-http')).toBe(0);
  expect(expectedSeconds(run, 'hedge:1:1', 'node-http')).toBeCloseTo((4 + held / 2) / 2);
});

test('widening saves what lies between its answer and the rewrite, and no more', () => {
  const [single, widened] = ['single', 'widen:2'].map((arm) => expectedSeconds(run, arm, 'first'));
  expect(widened).toBeLessThan(single ?? 0);
  expect(widened).toBeGreaterThan((single ?? 0) - 2);
});

test('of the control, of a pool of connections, and of resolvers that nobody measured nothing is said', () => {
  expect(expectedSeconds(run, 'control', 'first')).toBeNull();
  expect(expectedSeconds(run, 'single', 'keep-alive')).toBeNull();
  expect(expectedSeconds({ ...run, resolvers: ['nobody'] }, 'single', 'first')).toBeNull();
  expect(expectedSeconds({ ...run, rewriteSeconds: [] }, 'single', 'first')).toBeNull();
});
