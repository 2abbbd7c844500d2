// What people decided is marked as theirs, and keeps for as long as their order.
import { expect, test } from '@jest/globals';
import type { Order } from '../../../failover/core/orders.ts';
import { steer } from '../../../failover/core/steer.ts';
import { freshState } from '../../../failover/core/steer-state.ts';
import type { RegionId } from '../../../fleet/fleet.ts';
import { peacetimeIntent } from '../../../fleet/records.ts';
import { belgium, frankfurt, paris, production, seeing } from '../../support/fleets.ts';

const nowMs = 1_000_000;
const drain = (region: RegionId, serial = 1): Order => ({
  id: `order-${serial}`,
  serial,
  region,
  kind: 'drain',
  reason: 'maintenance',
  actor: 'operator',
  untilMs: nowMs + 90_000,
});
const standingsWith = (orders: readonly Order[]) =>
  steer({
    fleet: production,
    state: freshState(production),
    zone: { intent: peacetimeIntent(production), term: 1, pending: false },
    loads: {},
    observations: seeing('uuu', 'uuu', 'uuu').map((o) => ({ ...o, ageMs: 2_000 })),
    orders,
    nowMs,
  }).standings;

test('a drained region is down by force, for as long as the order has left', () => {
  expect(standingsWith([drain(paris)])[paris]).toMatchObject({
    kind: 'drained',
    verdict: { kind: 'down', forced: true, validForMs: 90_000 },
  });
});

test('what nobody ordered rests on evidence, for as long as that is fresh', () => {
  expect(standingsWith([drain(paris)])[belgium]).toMatchObject({
    kind: 'up',
    verdict: { kind: 'up', forced: false, validForMs: 3_000 },
  });
});

test('an order that is not obeyed forces nothing', () => {
  const all = [drain(paris, 1), drain(belgium, 2), drain(frankfurt, 3)];
  const standings = standingsWith(all);
  expect(standings[belgium]?.verdict.forced).toBe(true);
  expect(standings[frankfurt]).toMatchObject({
    kind: 'up',
    suspended: { id: 'order-3' },
    verdict: { kind: 'up', forced: false },
  });
});
