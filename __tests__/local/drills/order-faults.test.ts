import { expect, test } from '@jest/globals';
import { orderFaults } from '../../../local/drills/order-faults.ts';
import type { ScheduledBlow } from '../../../local/drills/strikes.ts';

const drain = (forMs: number): ScheduledBlow => ({
  on: 'order',
  target: 'aws-paris',
  fault: 'drain',
  atMs: 0,
  forMs,
  optional: false,
});

const desk = () => {
  const given: object[] = [];
  return { given, faults: orderFaults(async (order) => void given.push(order)) };
};

test('a drain says that it is a drill and when it ends', async () => {
  const { given, faults } = desk();
  await faults.begin('operator-drain-1', drain(60_000));
  expect(given).toEqual([
    { kind: 'drain', region: 'aws-paris', reason: 'drill operator-drain-1', forMs: 60_000 },
  ]);
});

test('a drain that still stands is taken back, once', async () => {
  const { given, faults } = desk();
  await faults.begin('operator-drain-1', drain(60_000));
  await faults.restore();
  await faults.restore();
  expect(given.slice(1)).toMatchObject([{ kind: 'restore', region: 'aws-paris' }]);
});

test('a drain that has ended by itself needs no restore, which would stand for long', async () => {
  const { given, faults } = desk();
  await faults.begin('operator-drain-1', drain(0));
  await faults.restore();
  expect(given).toHaveLength(1);
});
