// Where a region stands: what the quorum says of it, unless an order can be obeyed.
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../failover/core/orders.ts';
import { standingsOf } from '../../../failover/core/standing.ts';
import type { RegionId } from '../../../fleet/fleet.ts';
import { peacetimeIntent } from '../../../fleet/records.ts';
import { belgium, frankfurt, intentWith, paris, production, seeing } from '../../support/fleets.ts';

const peace = peacetimeIntent(production);
const drain = (region: RegionId, serial: number): Order => ({
  id: `drain-${region}`,
  serial,
  region,
  kind: 'drain',
  reason: 'patching',
  actor: 'ops',
  untilMs: 1,
});
const kinds = (
  observations: ReturnType<typeof seeing>,
  orders: readonly Order[],
  intent = peace,
) => {
  const standings = standingsOf(production, intent, observations, orders);
  return [paris, belgium, frankfurt].map((id) => standings[id]!.kind);
};
const allUp = seeing('uuu', 'uuu', 'uuu');

describe('orders', () => {
  test('a drain is obeyed while another region with users is up', () => {
    expect(kinds(allUp, [drain(paris, 1)])).toEqual(['drained', 'up', 'up']);
  });

  test('it is suspended when nobody else is up, and says whose it was', () => {
    const observations = seeing('udd', 'udd', 'udd');
    const standings = standingsOf(production, peace, observations, [drain(paris, 1)]);
    expect(standings[paris]).toMatchObject({ kind: 'up', suspended: { actor: 'ops' } });
  });

  test('a region that is up but has no users yet is no reason to obey', () => {
    const intent = intentWith([80, true], [0, true], [0, true]);
    expect(kinds(allUp, [drain(paris, 1)], intent)).toEqual(['up', 'up', 'up']);
  });

  test('of three drains the last one given is the one too many', () => {
    const orders = [drain(frankfurt, 3), drain(paris, 1), drain(belgium, 2)];
    expect(kinds(allUp, orders)).toEqual(['drained', 'drained', 'up']);
  });

  test('a drain of a region that is down is a drain', () => {
    expect(kinds(seeing('duu', 'duu', 'duu'), [drain(paris, 1)])).toEqual(['drained', 'up', 'up']);
  });

  test('a restore is noted and drains nothing', () => {
    const restore: Order = { ...drain(paris, 1), kind: 'restore', region: paris };
    expect(standingsOf(production, peace, allUp, [restore])[paris]).toMatchObject({
      kind: 'up',
      vouched: true,
    });
  });
});

test('the evidence names each vantage, what it says, and the quorum', () => {
  const standings = standingsOf(production, peace, seeing('duu', 'duu'), []);
  expect(standings[paris]?.because).toBe(
    'down: vantage-dublin says down, vantage-finland says down, 1 silent; quorum 2',
  );
});
