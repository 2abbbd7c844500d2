// The state machine of a region: every combination of facts has one phase, and each row of the table is met.
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../failover/core/orders.ts';
import {
  factsOf,
  fits,
  phaseIn,
  phaseOf,
  phaseRows,
  phases,
} from '../../../failover/core/phase.ts';
import type { PhaseFacts } from '../../../failover/core/phase.ts';
import { standingsOf } from '../../../failover/core/standing.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { intentWith, paris, production, seeing, withRegion } from '../../support/fleets.ts';

const everyFact: { readonly [Fact in keyof PhaseFacts]: readonly PhaseFacts[Fact][] } = {
  anyUp: [true, false],
  standing: ['up', 'down', 'drained', 'unknown'],
  doubted: [true, false],
  weight: ['none', 'some', 'all'],
  pending: [true, false],
  frozen: [true, false],
};

/** All 192. */
const combinations: readonly PhaseFacts[] = Object.entries(everyFact).reduce<
  readonly Partial<PhaseFacts>[]
>(
  (all, [fact, values]) =>
    all.flatMap((facts) => values.map((value) => ({ ...facts, [fact]: value }))),
  [{}],
) as readonly PhaseFacts[];

test('every combination of facts fits exactly one row of the table', () => {
  expect(combinations).toHaveLength(192);
  for (const facts of combinations) {
    const rows = phaseRows.filter(([, condition]) => fits(facts, condition));
    expect({ facts, rows: rows.length }).toEqual({ facts, rows: 1 });
  }
});

test('every phase that has a name is reached by some combination, and no other', () => {
  const reached = new Set(combinations.map(phaseIn));
  expect([...reached].sort()).toEqual([...phases].sort());
});

const drain: Order = {
  id: 'd',
  serial: 1,
  region: paris,
  kind: 'drain',
  reason: 'patching',
  actor: 'ops',
  untilMs: 1,
};
const freeze: Order = {
  id: 'f',
  serial: 2,
  kind: 'freeze',
  reason: 'audit',
  actor: 'ops',
  untilMs: 1,
};

interface Given {
  readonly see?: ReturnType<typeof seeing>;
  readonly paris?: readonly [weight: number, usable: boolean];
  readonly orders?: readonly Order[];
  readonly pending?: boolean;
  readonly fleet?: Fleet;
}

const sceneOf = (given: Given) => {
  const { fleet = production, orders = [], pending = false } = given;
  const intent = intentWith(given.paris ?? [80, true], [10, true], [10, true]);
  const standings = standingsOf(fleet, intent, given.see ?? allUp, orders);
  return { fleet, orders, standings, zone: { intent, pending } };
};
const phase = (given: Given) => {
  const scene = sceneOf(given);
  return phaseOf(scene, scene.fleet.regions[0]!);
};

const allUp = seeing('uuu', 'uuu', 'uuu');
const down = seeing('duu', 'duu', 'duu');
const none = seeing('ddd', 'ddd', 'ddd');

describe('Paris is', () => {
  test.each<readonly [string, Given]>([
    ['HEALTHY', {}],
    ['HEALTHY', { paris: [81, true] }],
    ['HEALTHY', { pending: true }],
    ['RESTORING', { paris: [79, true] }],
    ['RESTORING', { paris: [1, true], pending: true }],
    ['PROBATION', { paris: [0, true] }],
    ['PROBATION', { paris: [80, false] }],
    ['DOWN', { see: down, paris: [1, true] }],
    ['DOWN', { see: down, paris: [80, true], pending: true }],
    ['DRAINING', { see: down, paris: [0, false], pending: true }],
    ['DRAINED', { see: down, paris: [0, false] }],
    ['DRAINING', { orders: [drain] }],
    ['DRAINING', { orders: [drain], paris: [0, false], pending: true }],
    ['ADMIN_DRAINED', { orders: [drain], paris: [0, false] }],
    ['SUSPECT', { see: seeing('duu', 'uuu', 'uuu') }],
    ['SUSPECT', { see: seeing('duu', 'uuu') }],
    ['SUSPECT', { see: seeing('?uu', '?uu', '?uu'), paris: [0, false] }],
    ['FROZEN', { orders: [freeze] }],
    ['FROZEN', { orders: [freeze], paris: [8, true] }],
    ['FROZEN', { orders: [freeze, drain] }],
    ['FROZEN', { orders: [freeze], see: seeing('?uu', '?uu', '?uu') }],
    ['FAIL_STATIC', { see: none }],
    ['FAIL_STATIC', { see: none, orders: [freeze] }],
    ['FAIL_STATIC', { see: seeing() }],
  ])('%s: %j', (name, given) => {
    expect(phase(given)).toBe(name);
  });

  test('as dead as ever while the zone is frozen, because it is left all the same', () => {
    expect(phase({ see: down, orders: [freeze] })).toBe('DOWN');
    expect(phase({ see: down, orders: [freeze], paris: [0, false] })).toBe('DRAINED');
  });

  test('frozen even dead, in a fleet that leaves nobody while it is frozen', () => {
    const steering = { ...production.steering, leavesDeadWhileFrozen: false };
    expect(phase({ see: down, orders: [freeze], fleet: { ...production, steering } })).toBe(
      'FROZEN',
    );
  });

  test('a cold standby that has nothing has all it should have once it is published', () => {
    const fleet = withRegion(production, paris, { weight: 0 });
    expect(phase({ fleet, paris: [0, true] })).toBe('HEALTHY');
    expect(phase({ fleet, paris: [0, false] })).toBe('PROBATION');
  });
});

test('a region of which nothing is known stands for nothing', () => {
  const { standings: _, ...scene } = sceneOf({});
  expect(factsOf({ ...scene, standings: {} }, production.regions[0]!)).toMatchObject({
    anyUp: false,
    standing: 'unknown',
  });
});
