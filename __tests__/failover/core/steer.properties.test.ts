// The invariants of the specification that one decision can break, tried on arbitrary fleets, zones, views and orders.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Loads } from '../../../failover/core/capacity.ts';
import type { Command } from '../../../failover/core/command.ts';
import type { Order } from '../../../failover/core/orders.ts';
import { steer } from '../../../failover/core/steer.ts';
import type { SteerInput } from '../../../failover/core/steer.ts';
import { freshState } from '../../../failover/core/steer-state.ts';
import type { SteerState } from '../../../failover/core/steer-state.ts';
import type { Fleet, RegionId } from '../../../fleet/fleet.ts';
import type { Observation } from '../../../fleet/health.ts';
import { diffRecords, peacetimeIntent, planRecords } from '../../../fleet/records.ts';
import type { Intent } from '../../../fleet/records.ts';
import { refusals } from '../../../fleet/refusals.ts';
import { nextWeight } from '../../../fleet/restore-steps.ts';
import { deploymentOf, intentWith, production, seeing } from '../../support/fleets.ts';

const ids = production.regions.map((r) => r.id);
const runs = { numRuns: 500 };
const nowMs = 10_000_000;

const fleets: fc.Arbitrary<Fleet> = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 3 }), fc.boolean())
  .filter(([weights]) => weights.some((w) => w > 0))
  .map(([weights, multi]) => ({
    ...production,
    strategy: multi ? { kind: 'multi', standbyAddresses: 1 } : { kind: 'single' },
    regions: production.regions.map((region, i) => ({ ...region, weight: weights[i]! })),
  }));

const intents = fc
  .array(fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), fc.boolean()), {
    minLength: 3,
    maxLength: 3,
  })
  .filter((three) => three.some(([weight]) => weight > 0))
  .map((three) => intentWith(...three));

const letters = fc.array(fc.constantFrom('u', 'u', 'd', '?'), { minLength: 3, maxLength: 3 });
const views = fc
  .array(fc.tuple(letters, fc.constantFrom(0, 5_000, 5_001)), { maxLength: 3 })
  .map((all) =>
    seeing(...all.map(([three]) => three.join(''))).map((o, i): Observation => ({
      ...o,
      ageMs: all[i]![1],
    })),
  );

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('drain' as const, 'drain' as const, 'restore' as const),
    region: fc.constantFrom(...ids),
  }),
  fc.record({ kind: fc.constantFrom('freeze' as const, 'unfreeze' as const) }),
  fc.record({
    kind: fc.constantFrom('gate-on' as const, 'gate-off' as const),
    gate: fc.constantFrom('automatic', 'returns'),
  }),
);
const orders: fc.Arbitrary<readonly Order[]> = fc.array(
  fc
    .tuple(
      commands,
      fc.record({
        id: fc.constantFrom('a', 'b', 'c'),
        serial: fc.integer({ min: 1, max: 9 }),
        untilMs: fc.integer({ min: nowMs - 1_000, max: nowMs + 4_000_000 }),
      }),
    )
    .map(([command, given]) => ({ ...command, ...given, reason: 'drill', actor: 'ops' })),
  { maxLength: 3 },
);

const loads: fc.Arbitrary<Loads> = fc
  .array(
    fc.option(
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0, max: 1, noNaN: true })),
    ),
    {
      minLength: 3,
      maxLength: 3,
    },
  )
  .map((three) =>
    Object.fromEntries(
      ids.flatMap((id, i) => {
        const load = three[i];
        return load === null || load === undefined
          ? []
          : [[id, { machines: load[0], utilisation: load[1] }] as const];
      }),
    ),
  );

const states: fc.Arbitrary<SteerState> = fc
  .tuple(
    fc.array(fc.option(fc.integer({ min: 0, max: nowMs })), { minLength: 3, maxLength: 3 }),
    fc.integer({ min: 0, max: nowMs }),
    fc.nat(10),
  )
  .map(([ups, termSinceMs, changes]) => {
    const fresh = freshState(production);
    const tracks = ids.map((id, i) => [id, { ...fresh.tracks[id]!, upSinceMs: ups[i]! }]);
    return {
      tracks: Object.fromEntries(tracks),
      term: 41,
      termSinceMs,
      changesAtMs: Array<number>(changes).fill(nowMs - 1),
    };
  });

const inputs: fc.Arbitrary<SteerInput> = fc
  .record({
    fleet: fleets,
    state: states,
    intent: intents,
    pending: fc.boolean(),
    observations: views,
    orders,
    loads,
  })
  .map(({ intent, pending, ...input }) => ({
    ...input,
    zone: { intent, term: 41, pending },
    nowMs,
  }));

const weightsIn = (intent: Intent) => ids.map((id) => intent[id]!.weight);
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const freshSaying = (input: SteerInput, id: RegionId, opinion: string) =>
  input.observations.filter((o) => o.ageMs <= 5_000 && o.opinions[id] === opinion).length;
const standingDrain = (input: SteerInput, id: RegionId) =>
  input.orders.some((o) => o.kind === 'drain' && o.region === id && o.untilMs > input.nowMs);
const always = (what: (input: SteerInput) => void) => fc.assert(fc.property(inputs, what), runs);

test('I1: the weights never sum to zero', () => {
  always((input) => {
    expect(sum(weightsIn(steer(input).intent))).toBeGreaterThan(0);
  });
});

test('I1: with nobody up by quorum the zone is kept as it is', () => {
  always((input) => {
    fc.pre(ids.every((id) => freshSaying(input, id, 'up') < 2));
    expect(steer(input).intent).toEqual(input.zone.intent);
  });
});

test('I2: a region is left only when two fresh vantages say down, or by an order that stands', () => {
  always((input) => {
    const { intent } = steer(input);
    for (const id of ids)
      if (input.zone.intent[id]!.weight > 0 && intent[id]!.weight === 0) {
        const cold = input.fleet.regions.find((r) => r.id === id)!.weight === 0;
        const justified = freshSaying(input, id, 'down') >= 2 || standingDrain(input, id);
        // A cold standby that was raised gives its weight back; another region has some by then.
        expect(justified || cold).toBe(true);
      }
  });
});

test('I2: what one vantage alone says leaves no region, whatever it says', () => {
  fc.assert(
    fc.property(inputs, letters, (input, three) => {
      const observations = seeing(three.join(''));
      const { intent } = steer({ ...input, observations, orders: [] });
      expect(intent).toEqual(input.zone.intent);
    }),
    runs,
  );
});

test('I3: with the budget spent nothing changes; with only the reserve left nobody returns', () => {
  always((input) => {
    const spent = input.state.changesAtMs.length;
    const { intent } = steer(input);
    const before = input.zone.intent;
    for (const region of input.fleet.regions) {
      const [from, to] = [before[region.id]!.weight, intent[region.id]!.weight];
      const leaving = ids.some((id) => before[id]!.weight > 0 && intent[id]!.weight === 0);
      if (spent >= 10) expect(to).toBe(from);
      else if (spent >= 8 && to > from) expect(leaving).toBe(true);
    }
  });
});

test('I5: the last region that is up is never left', () => {
  always((input) => {
    const up = ids.filter((id) => freshSaying(input, id, 'up') >= 2);
    fc.pre(up.length === 1);
    const before = input.zone.intent[up[0]!]!.weight;
    const after = steer(input).intent[up[0]!]!.weight;
    if (before > 0) expect(after).toBeGreaterThan(0);
  });
});

test('I8: every decision passes the refusals, and its batch replaces exactly the term it was planned from', () => {
  always((input) => {
    const { fleet } = input;
    const { intent } = steer(input);
    const deployment = deploymentOf(fleet);
    const at = (number: number, wanted: Intent) =>
      planRecords(fleet, deployment, wanted, { number, by: 'vantage-dublin' });
    const current = at(41, input.zone.intent);
    const desired = at(42, intent);
    expect(refusals({ fleet, deployment, intent, current, desired })).toEqual([]);
    const [first, second] = diffRecords(current, desired);
    if (first === undefined) return;
    expect(first).toEqual({ action: 'DELETE', record: current[0] });
    expect(second).toEqual({ action: 'CREATE', record: desired[0] });
  });
});

test('I9: where the clock began makes no difference, and no other clock is asked', () => {
  fc.assert(
    fc.property(inputs, fc.integer({ min: -300_000, max: 300_000 }), (input, shiftMs) => {
      const shift = (atMs: number) => atMs + shiftMs;
      const { tracks, termSinceMs, changesAtMs } = input.state;
      const shifted = steer({
        ...input,
        nowMs: shift(input.nowMs),
        orders: input.orders.map((o) => ({ ...o, untilMs: shift(o.untilMs) })),
        state: {
          term: 41,
          termSinceMs: shift(termSinceMs),
          changesAtMs: changesAtMs.map(shift),
          tracks: Object.fromEntries(
            Object.entries(tracks).map(([id, t]) => [
              id,
              { ...t, upSinceMs: t.upSinceMs === null ? null : shift(t.upSinceMs) },
            ]),
          ),
        },
      });
      const plain = steer(input);
      expect(shifted.intent).toEqual(plain.intent);
      expect(shifted.reasons).toEqual(plain.reasons);
    }),
    runs,
  );
});

test('I13: no weight rises by more than a step, but for a stand-in', () => {
  always((input) => {
    const { intent, reasons } = steer(input);
    for (const region of input.fleet.regions) {
      const [from, to] = [input.zone.intent[region.id]!.weight, intent[region.id]!.weight];
      const standIn = reasons.some((r) => r.region === region.id && r.rule === 'raise-at-once');
      if (!standIn)
        expect(to).toBeLessThanOrEqual(Math.max(from, nextWeight(region, from, input.fleet)));
    }
  });
});

test('I15: no order has effect after its end, nor thirty minutes after it was first seen', () => {
  always((input) => {
    const later = { ...input, nowMs: input.nowMs + 4_000_001 };
    const { state: _, ...with_ } = steer(later);
    const { state: __, ...without } = steer({ ...later, orders: [] });
    expect(with_).toEqual(without);
  });
});

test('I16: with everybody up and nothing ordered, the zone reaches peacetime and rests there', () => {
  fc.assert(
    fc.property(fleets, intents, (fleet, start) => {
      const stepMs = fleet.steering.restoreStepMs;
      let state = freshState(fleet);
      let intent = start;
      let term = 1;
      for (let ms = 0; ms <= 40 * stepMs; ms += stepMs / 4) {
        const observations = seeing('uuu', 'uuu', 'uuu');
        const out = steer({
          fleet,
          state,
          zone: { intent, term, pending: false },
          loads: {},
          observations,
          orders: [],
          nowMs: ms,
        });
        if (JSON.stringify(out.intent) !== JSON.stringify(intent)) term += 1;
        ({ state, intent } = out);
      }
      expect(intent).toEqual(peacetimeIntent(fleet));
    }),
    { numRuns: 60 },
  );
});

test('I17: while anybody is published as usable, no set holds only addresses of regions that are not', () => {
  always((input) => {
    const { fleet } = input;
    const { intent } = steer(input);
    const deployment = deploymentOf(fleet);
    const usable = ids.filter((id) => intent[id]!.usable);
    fc.pre(usable.length > 0);
    const live = usable.flatMap((id) => deployment.addresses[id]!);
    const records = planRecords(fleet, deployment, intent, { number: 1, by: 'x' });
    for (const record of records)
      if (record.kind === 'addresses')
        expect(record.addresses.some((a) => live.includes(a))).toBe(true);
  });
});
