// What the freeze and the safety rules hold, cell by cell of their table, and that each refusal says which and why.
import { describe, expect, test } from '@jest/globals';
import type { Loads } from '../../../failover/core/capacity.ts';
import type { Command } from '../../../failover/core/command.ts';
import type { Order } from '../../../failover/core/orders.ts';
import { steer } from '../../../failover/core/steer.ts';
import type { SteerInput } from '../../../failover/core/steer.ts';
import { freshState } from '../../../failover/core/steer-state.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { peacetimeIntent } from '../../../fleet/records.ts';
import type { Intent } from '../../../fleet/records.ts';
import type { SafetyRule } from '../../../fleet/safety-rules.ts';
import { belgium, frankfurt, intentWith, paris, production, seeing } from '../../support/fleets.ts';

const peace = peacetimeIntent(production);
const allUp = seeing('uuu', 'uuu', 'uuu');
const parisDown = seeing('duu', 'duu', 'uuu');
/** Paris is down, and nothing is known of Frankfurt. */
const onlyBelgium = seeing('du?', 'du?', 'uu?');
const longAgo = -10_000_000;

const order = (command: Command, serial = 1): Order => ({
  ...command,
  id: `${command.kind}-${serial}`,
  serial,
  reason: 'audit',
  actor: 'ops',
  untilMs: 60_000,
});
const drain = order({ kind: 'drain', region: paris });
const freeze = order({ kind: 'freeze' });
const off = (gate: string) => order({ kind: 'gate-off', gate });

interface Given extends Partial<Omit<SteerInput, 'zone'>> {
  readonly intent?: Intent;
  readonly rules?: readonly SafetyRule[];
  readonly quietMs?: number;
}

function decided({ intent = peace, rules, quietMs = 1e7, fleet = production, ...given }: Given) {
  const fresh = freshState(fleet);
  const safetyRules = rules ?? fleet.steering.safetyRules;
  return steer({
    fleet: { ...fleet, steering: { ...fleet.steering, safetyRules } },
    state: {
      ...fresh,
      term: 41,
      termSinceMs: -quietMs,
      tracks: Object.fromEntries(
        Object.entries(fresh.tracks).map(([id, t]) => [id, { ...t, upSinceMs: longAgo }]),
      ),
    },
    zone: { intent, term: 41, pending: false },
    observations: allUp,
    orders: [],
    loads: {},
    nowMs: 0,
    ...given,
  });
}
const weights = (given: Given) => {
  const { intent } = decided(given);
  return [paris, belgium, frankfurt].map((id) => intent[id]!.weight);
};
const heldBy = (given: Given) => decided(given).held.map(({ region, by }) => `${region} ${by}`);

const returning = intentWith([8, true], [10, true], [10, true]);
const standingIn = intentWith([80, true], [20, true], [10, true]);
const alone = intentWith([80, true], [0, true], [0, true]);
const unpublished = intentWith([80, false], [10, true], [10, true]);

/** One scene for each row of the table, and what is done in it when nothing holds it. */
const scenes = {
  'leaves a dead region': [{ observations: parisDown }, [0, 10, 10]],
  'stands in': [{ observations: onlyBelgium, intent: alone }, [0, 10, 0]],
  'leaves by order': [{ orders: [drain] }, [0, 10, 10]],
  'gives more': [{ intent: returning }, [32, 10, 10]],
  'takes back': [{ intent: standingIn }, [80, 10, 10]],
} as const satisfies Record<string, readonly [Given, readonly number[]]>;

type Scene = keyof typeof scenes;
const sceneNames = Object.keys(scenes) as Scene[];
const kept = ([given]: readonly [Given, readonly number[]]) =>
  [paris, belgium, frankfurt].map((id) => (given.intent ?? peace)[id]!.weight);

test.each(sceneNames)('with nothing in its way the controller %s', (name) => {
  const [given, done] = scenes[name];
  expect(weights(given)).toEqual(done);
  expect(heldBy(given)).toEqual([]);
});

const holding: readonly (readonly [string, Given, readonly Scene[]])[] = [
  ['a freeze', { orders: [freeze] }, ['leaves by order', 'gives more', 'takes back']],
  [
    'a gate for all that is automatic',
    { orders: [off('automatic')] },
    ['leaves a dead region', 'stands in', 'gives more', 'takes back'],
  ],
  ['a gate for returns', { orders: [off('returns')] }, ['gives more']],
  [
    'a wait',
    { rules: [{ name: 'long', kind: 'wait', waitMs: 1e8 }] },
    ['leaves by order', 'gives more', 'takes back'],
  ],
];
describe.each(holding)('%s', (_, hindrance, holds) => {
  test.each(sceneNames)(`when the controller %s`, (name) => {
    const [given, done] = scenes[name];
    const orders = [...('orders' in given ? given.orders : []), ...(hindrance.orders ?? [])];
    const outcome = weights({ ...given, ...hindrance, orders });
    expect(outcome).toEqual(holds.includes(name) ? kept(scenes[name]) : done);
  });
});

describe('a freeze', () => {
  test('holds even a dead region in a fleet that says so', () => {
    const steering = { ...production.steering, leavesDeadWhileFrozen: false };
    const fleet: Fleet = { ...production, steering };
    expect(weights({ fleet, observations: parisDown, orders: [freeze] })).toEqual([80, 10, 10]);
  });

  test('holds what else the controller would have done in the same batch', () => {
    const intent = intentWith([80, true], [1, true], [10, true]);
    expect(weights({ intent, observations: parisDown, orders: [freeze] })).toEqual([0, 1, 10]);
  });

  test('says whose it is and why', () => {
    expect(decided({ orders: [freeze, drain] }).held).toEqual([
      { region: paris, by: 'freeze', kind: 'freeze', why: 'frozen by ops: audit' },
    ]);
  });

  test('ends with an unfreeze, and by itself', () => {
    const later = order({ kind: 'unfreeze' }, 2);
    expect(weights({ orders: [drain, freeze, later] })).toEqual([0, 10, 10]);
    expect(weights({ orders: [drain, { ...freeze, untilMs: 0 }] })).toEqual([0, 10, 10]);
  });

  test('lets no record be put right, and neither does a gate that is off, nor a wait', () => {
    expect(decided({}).mayRepair).toBe(true);
    expect(decided({ orders: [freeze] }).mayRepair).toBe(false);
    expect(decided({ orders: [off('automatic')] }).mayRepair).toBe(false);
    expect(decided({ orders: [off('returns')] }).mayRepair).toBe(true);
    expect(decided({ rules: [{ name: 'long', kind: 'wait', waitMs: 1e8 }] }).mayRepair).toBe(false);
  });

  test('keeps a region away from its own addresses, as it keeps all else', () => {
    expect(decided({ intent: unpublished }).intent[paris]!.usable).toBe(true);
    expect(decided({ intent: unpublished, orders: [freeze] }).intent[paris]!.usable).toBe(false);
  });
});

describe('a gate', () => {
  const restore = order({ kind: 'restore', region: paris });

  test('that is off for all that is automatic lets orders through, a restore among them', () => {
    const orders = [restore, off('automatic')];
    expect(weights({ intent: returning, orders })).toEqual([32, 10, 10]);
  });

  test('that is off for all that is automatic lets a dead region be left that is ordered drained', () => {
    const given = { observations: parisDown, orders: [off('automatic')] };
    expect(weights(given)).toEqual([80, 10, 10]);
    expect(weights({ ...given, orders: [...given.orders, drain] })).toEqual([0, 10, 10]);
  });

  test('that is off for returns holds a restore too', () => {
    const orders = [restore, off('returns')];
    expect(weights({ intent: returning, orders })).toEqual([8, 10, 10]);
  });

  test('that is usually off waits for an order to turn it on', () => {
    const rules: SafetyRule[] = [{ name: 'ask', kind: 'gate', holds: 'returns', usually: 'off' }];
    expect(weights({ rules, intent: returning })).toEqual([8, 10, 10]);
    const orders = [order({ kind: 'gate-on', gate: 'ask' })];
    expect(weights({ rules, intent: returning, orders })).toEqual([32, 10, 10]);
  });
});

describe('a wait', () => {
  test('is over after the last of its milliseconds', () => {
    expect(weights({ orders: [drain], quietMs: 4_999 })).toEqual([80, 10, 10]);
    expect(weights({ orders: [drain], quietMs: 5_000 })).toEqual([0, 10, 10]);
  });
});

describe('at least', () => {
  const twoOfThree: SafetyRule = {
    name: 'pair',
    kind: 'assertAtLeast',
    count: 2,
    regions: [paris, belgium, frankfurt],
  };

  test('so many keep a weight: the first drain is obeyed and the second is held', () => {
    const orders = [drain, order({ kind: 'drain', region: belgium }, 2)];
    expect(weights({ rules: [twoOfThree], orders })).toEqual([0, 10, 10]);
    expect(heldBy({ rules: [twoOfThree], orders })).toEqual(['gcp-belgium pair']);
  });

  test('a dead region is left before one that was only ordered left', () => {
    const orders = [drain];
    const observations = seeing('udu', 'udu', 'udu');
    expect(weights({ rules: [twoOfThree], orders, observations })).toEqual([80, 0, 10]);
  });

  test('the dead are kept too, where fewer would have a weight: the rule says so, and so does the refusal', () => {
    const observations = seeing('ddu', 'ddu', 'ddu');
    const { held, intent } = decided({ rules: [twoOfThree], observations });
    expect([paris, belgium, frankfurt].map((id) => intent[id]!.weight)).toEqual([0, 10, 10]);
    expect(held).toEqual([
      {
        region: belgium,
        by: 'pair',
        kind: 'assertAtLeast',
        why: '1 of aws-paris, gcp-belgium, azure-frankfurt would keep a weight, and 2 must',
      },
    ]);
  });

  test('one who stands in counts before the dead one is left', () => {
    const rules: SafetyRule[] = [{ ...twoOfThree, count: 1 }];
    expect(weights({ rules, observations: onlyBelgium, intent: alone })).toEqual([0, 10, 0]);
  });

  test('where too few have one already, a change that makes them no fewer goes on', () => {
    expect(weights({ rules: [twoOfThree], observations: onlyBelgium, intent: alone })).toEqual([
      0, 10, 0,
    ]);
  });

  test('regions that the rule does not name are none of its business', () => {
    const rules: SafetyRule[] = [{ ...twoOfThree, count: 1, regions: [belgium, frankfurt] }];
    expect(weights({ rules, orders: [drain] })).toEqual([0, 10, 10]);
  });
});

describe('capacity', () => {
  const away = intentWith([0, false], [10, true], [10, true]);
  const drainBelgium = order({ kind: 'drain', region: belgium });
  /** Paris is dead; whoever is drained now leaves everybody to Frankfurt, which grows to twelve instances. */
  const lastTwo = {
    intent: away,
    observations: seeing('duu', 'duu', 'duu'),
    orders: [drainBelgium],
  };
  const workOf = (work: number): Loads => ({
    [belgium]: { machines: 12, utilisation: work / 24 },
    [frankfurt]: { machines: 12, utilisation: work / 24 },
  });

  test('a drain is held when the survivors could not carry the users below 70 %, with one to spare', () => {
    // 7.7 instances of work are eleven that are busy for 70 %, and one to spare.
    expect(weights({ ...lastTwo, loads: workOf(7.699) })).toEqual([0, 0, 10]);
    const { held, intent } = decided({ ...lastTwo, loads: workOf(7.701) });
    expect(intent).toEqual(away);
    expect(held).toEqual([
      {
        region: belgium,
        by: 'survivors',
        kind: 'capacity',
        why: 'azure-frankfurt would need 13 instances and can grow to 12',
      },
    ]);
  });

  test('a drain that spreads the users of a busier region over two is none that overloads anybody', () => {
    const loads: Loads = { [paris]: { machines: 12, utilisation: 1 } };
    expect(weights({ orders: [drain], loads })).toEqual([0, 10, 10]);
  });

  test('a region whose drain is held and that dies meanwhile is left: it is dead first, and drained second', () => {
    const dying = { ...lastTwo, observations: seeing('ddu', 'ddu', 'ddu') };
    const { held, reasons, intent } = decided({ ...dying, loads: workOf(20) });
    expect(held).toEqual([]);
    expect(intent[belgium]).toEqual({ weight: 0, usable: false });
    expect(reasons).toContainEqual(
      expect.objectContaining({ region: belgium, rule: 'leave-down' }),
    );
  });

  test('a dead region is left all the same', () => {
    expect(weights({ observations: parisDown, loads: workOf(36) })).toEqual([0, 10, 10]);
  });

  test('a step up is held when the region itself could not carry what it would get', () => {
    const intent = intentWith([32, true], [10, true], [10, true]);
    const loads: Loads = {
      [paris]: { machines: 12, utilisation: 0.8 },
      [belgium]: { machines: 12, utilisation: 0.3 },
      [frankfurt]: { machines: 12, utilisation: 0.3 },
    };
    expect(weights({ intent, loads })).toEqual([32, 10, 10]);
    expect(heldBy({ intent, loads })).toEqual(['aws-paris survivors']);
  });

  test('a step up that relieves somebody who is worse off is never held', () => {
    const intent = intentWith([0, true], [10, true], [10, true]);
    const loads: Loads = {
      [belgium]: { machines: 12, utilisation: 1 },
      [frankfurt]: { machines: 12, utilisation: 1 },
    };
    expect(weights({ intent, loads })).toEqual([8, 10, 10]);
  });

  test('what nobody has measured holds nothing', () => {
    expect(weights({ orders: [drain], loads: {} })).toEqual([0, 10, 10]);
  });

  test('a region is never taken for smaller than it always is, however few of its machines were met', () => {
    const regions = production.regions.map((r) => ({
      ...r,
      instances: { ...r.instances, min: 3, max: 3 },
    }));
    const loads: Loads = { [belgium]: { machines: 1, utilisation: 0.8 } };
    // One machine's work would fit; three machines' work does not.
    expect(heldBy({ ...lastTwo, fleet: { ...production, regions }, loads })).toEqual([
      'gcp-belgium survivors',
    ]);
  });
});
