// Orders end by themselves, the newest holds, and passing them around never lengthens them.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { subjectOf } from '../../../failover/core/command.ts';
import { standingOrders } from '../../../failover/core/orders.ts';
import type { Order } from '../../../failover/core/orders.ts';
import { regionId } from '../../../fleet/fleet.ts';
import type { RegionId } from '../../../fleet/fleet.ts';
import { belgium, paris, production } from '../../support/fleets.ts';

const minuteMs = 60_000;
type RegionOrder = Extract<Order, { readonly region: RegionId }>;

const order = (change: Partial<RegionOrder> = {}): RegionOrder => ({
  id: 'a',
  serial: 1,
  region: paris,
  kind: 'drain',
  reason: 'patching',
  actor: 'ops',
  untilMs: minuteMs,
  ...change,
});
const standing = (orders: readonly Order[], nowMs = 0) => standingOrders(orders, production, nowMs);

test('an order stands until its last millisecond and not in the next', () => {
  expect(standing([order()], minuteMs - 1)).toHaveLength(1);
  expect(standing([order()], minuteMs)).toEqual([]);
});

test('no order reaches further ahead than thirty minutes (I15)', () => {
  const [bounded] = standing([order({ untilMs: 31 * minuteMs })], 0);
  expect(bounded?.untilMs).toBe(30 * minuteMs);
  const [kept] = standing([order({ untilMs: 30 * minuteMs })], 0);
  expect(kept?.untilMs).toBe(30 * minuteMs);
});

test('for one region the newest order holds, whatever the order of arrival', () => {
  const drain = order();
  const restore = order({ id: 'b', serial: 2, kind: 'restore' });
  expect(standing([drain, restore])).toEqual([restore]);
  expect(standing([restore, drain])).toEqual([restore]);
});

test('of two with the same serial every vantage picks the same one', () => {
  const [a, b] = [order({ id: 'a' }), order({ id: 'b' })];
  expect(standing([a, b])).toEqual(standing([b, a]));
});

test('an expired order lets no older one come back', () => {
  const drain = order({ untilMs: 10 * minuteMs });
  const restore = order({ id: 'b', serial: 2, kind: 'restore', untilMs: 5 * minuteMs });
  expect(standing([drain, restore], 5 * minuteMs)).toEqual([]);
});

test('two copies of one order end when the earlier one does: relays never extend', () => {
  const copies = [order({ untilMs: minuteMs }), order({ untilMs: 2 * minuteMs })];
  expect(standing(copies)[0]?.untilMs).toBe(minuteMs);
});

test('each region has an order of its own; a region that the fleet lacks has none', () => {
  const all = [order(), order({ id: 'b', region: belgium }), order({ region: regionId('oslo') })];
  expect(standing(all).map(subjectOf)).toEqual([paris, belgium]);
});

test('merging is the same in any order and any grouping, so vantages end up alike', () => {
  const arbitrary = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    serial: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('drain' as const, 'restore' as const),
    untilMs: fc.integer({ min: 1, max: 40 * minuteMs }),
  });
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 6 }), fc.nat(6), (changes, cut) => {
      // One id is one order: its serial and kind never change.
      const orders = changes.map((c) =>
        order({ ...c, serial: c.id.charCodeAt(0) % 3, kind: c.id === 'b' ? 'restore' : 'drain' }),
      );
      const together = standing(orders);
      expect(standing(orders.toReversed())).toEqual(together);
      const merged = standing([...standing(orders.slice(0, cut)), ...standing(orders.slice(cut))]);
      expect(merged).toEqual(together);
    }),
  );
});
