// A flag counts as a drain that nothing overrides, because the data plane has already left the region.
import { expect, test } from '@jest/globals';
import { flagsSeen, withFlags } from '../../../failover/core/raised-flags.ts';
import type { RaisedFlag } from '../../../failover/core/raised-flags.ts';
import type { Order } from '../../../failover/core/orders.ts';
import { belgium, paris, production } from '../../support/fleets.ts';

const flag: RaisedFlag = { region: paris, reason: 'storm', actor: 'jane', until: '' };
const order: Order = {
  id: 'o',
  serial: 7,
  region: belgium,
  kind: 'drain',
  reason: 'patching',
  actor: 'joe',
  untilMs: 60_000,
};

test('without flags the orders stand as they are', () => {
  expect(withFlags([order], [], production, 1_000)).toEqual([order]);
});

test('a flag is a drain for as long as it is seen, with its own reason and actor', () => {
  expect(withFlags([], [flag], production, 1_000)).toEqual([
    expect.objectContaining({
      region: paris,
      kind: 'drain',
      reason: 'storm',
      actor: 'jane by a flag',
      untilMs: 1_000 + production.steering.observationAgeMsMax,
    }),
  ]);
});

test('it replaces whatever was ordered for its region, and nothing else', () => {
  const restore: Order = { ...order, region: paris, kind: 'restore' };
  const standing = withFlags([restore, order], [flag], production, 0);
  expect(standing.map(({ id }) => id)).toEqual(['flag-aws-paris', 'o']);
});

test('it is older than any order, so of two drains too many the order gives way', () => {
  const [first, second] = withFlags([order], [flag], production, 0);
  expect(first?.serial).toBeLessThan(second?.serial ?? 0);
});

test('one flag for each region, whoever sees it; unknown regions are nobody’s', () => {
  const elsewhere = { ...flag, region: 'aws-oslo' as typeof paris };
  const seen = flagsSeen(production, [[flag], [{ ...flag, actor: 'joe' }, elsewhere]]);
  expect(seen).toEqual([flag]);
});
