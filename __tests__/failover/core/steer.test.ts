// The decision, row by row: when a region is left, what keeps it away, and how it comes back.
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../failover/core/orders.ts';
import { steer } from '../../../failover/core/steer.ts';
import type { SteerInput } from '../../../failover/core/steer.ts';
import { freshState } from '../../../failover/core/steer-state.ts';
import type { SteerState } from '../../../failover/core/steer-state.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import type { Observation } from '../../../fleet/health.ts';
import { peacetimeIntent } from '../../../fleet/records.ts';
import type { Intent } from '../../../fleet/records.ts';
import {
  belgium,
  frankfurt,
  intentWith,
  paris,
  production,
  seeing,
  withRegion,
} from '../../support/fleets.ts';

const { holdOffMs, restoreStepMs, changesMax, changesReservedForLeaving } = production.steering;
const peace = peacetimeIntent(production);
const away = intentWith([0, false], [10, true], [10, true]);
const allUp = seeing('uuu', 'uuu', 'uuu');
const parisDown = seeing('duu', 'duu', 'uuu');

/** Every region has been up, and the zone unchanged, for as long as given; so many changes were made lately. */
const remembering = (upForMs: number, quietForMs = upForMs, changes = 0): SteerState => {
  const fresh = freshState(production);
  return {
    ...fresh,
    tracks: Object.fromEntries(
      Object.entries(fresh.tracks).map(([id, track]) => [id, { ...track, upSinceMs: -upForMs }]),
    ),
    term: 41,
    termSinceMs: -quietForMs,
    changesAtMs: Array<number>(changes).fill(-1),
  };
};
const rested = remembering(holdOffMs);

interface Scene extends Partial<Omit<SteerInput, 'zone'>> {
  readonly intent?: Intent;
}

const decided = ({ intent = peace, ...scene }: Scene) =>
  steer({
    fleet: production,
    state: rested,
    zone: { intent, term: 41, pending: false },
    loads: {},
    observations: allUp,
    orders: [],
    nowMs: 0,
    ...scene,
  });

const weights = (scene: Scene) => {
  const { intent } = decided(scene);
  return [paris, belgium, frankfurt].map((id) => intent[id]!.weight);
};
const rules = (scene: Scene) =>
  decided(scene).reasons.map(({ region, rule }) => `${region ?? 'fleet'} ${rule}`);

const order = (kind: 'drain' | 'restore', untilMs = 1_000): Order => ({
  id: kind,
  serial: 1,
  region: paris,
  kind,
  reason: 'patching',
  actor: 'ops',
  untilMs,
});

test('in peacetime nothing is decided and nothing needs a reason', () => {
  expect(decided({}).intent).toEqual(peace);
  expect(rules({})).toEqual([]);
});

const dyingAfter = (changes: number) => ({
  state: remembering(holdOffMs, holdOffMs, changes),
  observations: parisDown,
});

describe('leaving', () => {
  test('two vantages who miss a region make it leave at once, unpublished, with the evidence', () => {
    const { intent, reasons } = decided({ observations: parisDown });
    expect(intent[paris]).toEqual({ weight: 0, usable: false });
    expect(reasons).toEqual([
      {
        region: paris,
        rule: 'leave-down',
        text: '80 -> 0; down: vantage-dublin says down, vantage-finland says down, vantage-amsterdam says up; quorum 2',
      },
    ]);
  });

  test('one vantage who misses it changes nothing', () => {
    expect(weights({ observations: seeing('duu', 'uuu', 'uuu') })).toEqual([80, 10, 10]);
    expect(weights({ observations: seeing('duu', 'uuu', '?uu') })).toEqual([80, 10, 10]);
  });

  test('a region that stays down stays away', () => {
    expect(rules({ intent: away, observations: parisDown })).toEqual(['aws-paris stay-away']);
    expect(decided({ intent: away, observations: parisDown }).intent).toEqual(away);
  });

  test('neither hold-off nor step time delays it', () => {
    expect(weights({ state: remembering(0, 0), observations: parisDown })).toEqual([0, 10, 10]);
  });

  test('the last change of the budget may be spent on it, and none beyond (I3)', () => {
    expect(weights(dyingAfter(changesMax - 1))).toEqual([0, 10, 10]);
    expect(weights(dyingAfter(changesMax))).toEqual([80, 10, 10]);
    expect(rules(dyingAfter(changesMax))).toEqual(['aws-paris wait-budget']);
  });
});

describe('when nobody is up', () => {
  test.each([
    ['all down', seeing('ddd', 'ddd', 'ddd')],
    ['nobody watching', seeing()],
    ['one down, the others in doubt', seeing('d??', 'd??', 'd??')],
    ['views too old', allUp.map((o): Observation => ({ ...o, ageMs: 5_001 }))],
  ])('the zone keeps what it has: %s (I1)', (_, observations) => {
    expect(decided({ observations }).intent).toEqual(peace);
    expect(decided({ observations, intent: away }).intent).toEqual(away);
    expect(rules({ observations })).toEqual([
      'aws-paris fail-static',
      'gcp-belgium fail-static',
      'azure-frankfurt fail-static',
    ]);
    expect(Object.values(decided({ observations }).phases)).toEqual(
      Array<string>(3).fill('FAIL_STATIC'),
    );
  });

  test('views at their greatest age still count', () => {
    const observations = parisDown.map((o): Observation => ({ ...o, ageMs: 5_000 }));
    expect(weights({ observations })).toEqual([0, 10, 10]);
  });
});

describe('when those who are up have no weight', () => {
  const only = intentWith([80, true], [0, false], [0, false]);

  test('the first standby that is up is raised at once, without waiting for its hold-off', () => {
    const scene = { intent: only, observations: parisDown, state: remembering(0, 0) };
    expect(weights(scene)).toEqual([0, 10, 0]);
    expect(rules(scene)).toContain('gcp-belgium raise-at-once');
  });

  test('a standby that is down is passed over', () => {
    expect(weights({ intent: only, observations: seeing('ddu', 'ddu') })).toEqual([0, 0, 10]);
  });

  test('a cold standby gets the weight of the largest, so that the others return beside it in steps', () => {
    const cold = withRegion(production, belgium, { weight: 0 });
    const scene = { fleet: cold, intent: only, observations: seeing('dud', 'dud') };
    expect(weights(scene)).toEqual([0, 80, 0]);
  });

  test('and gives it back once everybody who is up has their own', () => {
    const cold = withRegion(production, belgium, { weight: 0 });
    const still = intentWith([56, true], [80, true], [10, true]);
    expect(weights({ fleet: cold, intent: still })).toEqual([80, 80, 10]);
    const done = intentWith([80, true], [80, true], [10, true]);
    expect(weights({ fleet: cold, intent: done })).toEqual([80, 0, 10]);
    expect(rules({ fleet: cold, intent: done })).toEqual(['gcp-belgium lower-to-normal']);
  });

  test('a zone without any weight gets one as soon as anybody is up', () => {
    const none = intentWith([0, false], [0, false], [0, false]);
    const scene = { intent: none, state: remembering(0, 0) };
    expect(weights({ ...scene, observations: seeing('?d?', '?d?') })).toEqual([0, 0, 0]);
    expect(weights({ ...scene, observations: seeing('?du', '?du') })).toEqual([0, 0, 10]);
    expect(weights(scene)).toEqual([0, 10, 0]);
  });

  test('while an unknown region still answers, those on probation wait', () => {
    const intent = intentWith([80, true], [0, false], [0, false]);
    const scene = { intent, observations: seeing('?uu', '?uu'), state: remembering(0, 0) };
    expect(weights(scene)).toEqual([80, 0, 0]);
  });
});

describe('returning', () => {
  test('needs the whole hold-off', () => {
    const scene = (upForMs: number) => ({
      intent: away,
      state: remembering(upForMs, holdOffMs),
    });
    expect(weights(scene(holdOffMs - 1))).toEqual([0, 10, 10]);
    expect(rules(scene(holdOffMs - 1))).toEqual(['aws-paris wait-hold-off']);
    expect(weights(scene(holdOffMs))).toEqual([8, 10, 10]);
    expect(decided(scene(holdOffMs)).intent[paris]).toEqual({ weight: 8, usable: true });
  });

  test('needs the step time since the last change of the zone, whoever made it', () => {
    const intent = intentWith([8, true], [10, true], [10, true]);
    const early = { intent, state: remembering(holdOffMs, restoreStepMs - 1) };
    expect(weights(early)).toEqual([8, 10, 10]);
    expect(rules(early)).toEqual(['aws-paris wait-step']);
    const state = remembering(holdOffMs, restoreStepMs);
    expect(weights({ intent, state })).toEqual([32, 10, 10]);
  });

  test('a term seen for the first time starts the step time anew', () => {
    const state = { ...rested, term: 40 };
    expect(weights({ intent: away, state })).toEqual([0, 10, 10]);
  });

  test('leaves the reserve of the budget alone', () => {
    const free = changesMax - changesReservedForLeaving;
    const last = { intent: away, state: remembering(holdOffMs, holdOffMs, free - 1) };
    expect(weights(last)).toEqual([8, 10, 10]);
    const spent = { intent: away, state: remembering(holdOffMs, holdOffMs, free) };
    expect(weights(spent)).toEqual([0, 10, 10]);
    expect(rules(spent)).toEqual(['aws-paris wait-budget']);
  });

  test('is kept, never lowered, by a controller that would still wait', () => {
    const raisedByAnother = intentWith([56, true], [10, true], [10, true]);
    expect(weights({ intent: raisedByAnother, state: remembering(0, 0) })).toEqual([56, 10, 10]);
  });

  test('a weight between two steps goes on to the next', () => {
    expect(weights({ intent: intentWith([33, true], [10, true], [10, true]) })).toEqual([
      56, 10, 10,
    ]);
  });

  test('two regions on the way up step together', () => {
    const intent = intentWith([8, true], [1, true], [10, true]);
    expect(weights({ intent })).toEqual([32, 4, 10]);
  });

  test('is interrupted by doubt and begins its hold-off again', () => {
    const doubtful = decided({ intent: away, observations: seeing('?uu', '?uu', '?uu') });
    expect(doubtful.intent).toEqual(away);
    expect(doubtful.state.tracks[paris]?.upSinceMs).toBeNull();
  });

  test('with a normal weight of zero means being published again, after the same waits', () => {
    const cold = withRegion(production, paris, { weight: 0 });
    const scene = (state: SteerState) => ({ fleet: cold, intent: away, state });
    expect(decided(scene(remembering(0))).intent[paris]).toEqual({ weight: 0, usable: false });
    expect(decided(scene(rested)).intent[paris]).toEqual({ weight: 0, usable: true });
  });
});

test('a region whose weight leads to other addresses than its own is published again at once', () => {
  const intent = intentWith([80, false], [10, true], [10, true]);
  const scene = { intent, state: remembering(0, 0) };
  expect(decided(scene).intent).toEqual(peace);
  expect(rules(scene)).toEqual(['aws-paris publish-again']);
});

describe('orders', () => {
  test('a drain leaves by the same way, until its last millisecond', () => {
    expect(weights({ orders: [order('drain', 1)] })).toEqual([0, 10, 10]);
    expect(weights({ orders: [order('drain', 0)] })).toEqual([80, 10, 10]);
    expect(rules({ orders: [order('drain', 1)] })).toEqual(['aws-paris leave-order']);
  });

  test('a drain leaves the reserve of the budget to regions that die', () => {
    const free = changesMax - changesReservedForLeaving;
    const orders = [order('drain')];
    expect(weights({ orders, state: remembering(0, 5_000, free - 1) })).toEqual([0, 10, 10]);
    expect(weights({ orders, state: remembering(0, 5_000, free) })).toEqual([80, 10, 10]);
  });

  test('a drain that lost its last survivor is not obeyed any more, and its region stands in (I15)', () => {
    const scene = {
      intent: away,
      orders: [order('drain')],
      observations: seeing('udd', 'udd', 'udd'),
    };
    expect(weights(scene)).toEqual([80, 0, 0]);
    expect(rules(scene)).toContain('aws-paris order-suspended');
  });

  test('after it the region returns in stages, after the normal hold-off', () => {
    const during = decided({ orders: [order('drain')] });
    const after = { intent: away, state: during.state, nowMs: 1_000 };
    expect(weights(after)).toEqual([0, 10, 10]);
    const begun = decided(after).state;
    const later = { intent: away, state: begun, nowMs: 1_000 + holdOffMs };
    expect(weights(later)).toEqual([8, 10, 10]);
  });

  test('a restore waives the hold-off and not the step time', () => {
    const scene = { intent: away, orders: [order('restore')] };
    expect(weights({ ...scene, state: remembering(0, restoreStepMs) })).toEqual([8, 10, 10]);
    expect(weights({ ...scene, state: remembering(0, restoreStepMs - 1) })).toEqual([0, 10, 10]);
  });

  test('a restore brings nobody back who is down', () => {
    const scene = { intent: away, orders: [order('restore')], observations: parisDown };
    expect(weights(scene)).toEqual([0, 10, 10]);
  });
});

test('records may be put right once the zone has rested for a step and the budget allows', () => {
  const free = changesMax - changesReservedForLeaving;
  expect(decided({ state: remembering(0, restoreStepMs) }).mayRepair).toBe(true);
  expect(decided({ state: remembering(0, restoreStepMs - 1) }).mayRepair).toBe(false);
  expect(decided({ state: remembering(0, restoreStepMs, free) }).mayRepair).toBe(false);
});

test('the only region with a weight in peacetime gives back what it has above it', () => {
  const alone = [paris, belgium].reduce(
    (fleet, id) => withRegion(fleet, id, { weight: 0 }),
    production,
  );
  const raised = intentWith([0, true], [0, true], [20, true]);
  expect(decided({ fleet: alone, intent: raised }).intent[frankfurt]?.weight).toBe(10);
});

test('one region alone is never left, however dead it seems', () => {
  const alone: Fleet = { ...production, regions: production.regions.slice(0, 1) };
  const { intent } = decided({ fleet: alone, observations: parisDown });
  expect(intent).toEqual({ [paris]: { weight: 80, usable: true } });
});
