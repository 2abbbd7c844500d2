// Three controllers that share nothing but the zone, in a seeded world of losses, blindness, pauses and deaths.
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../fleet/fleet.ts';
import { nextWeight } from '../../fleet/restore-steps.ts';
import { FailoverWorld } from '../support/failover-world.ts';
import type { WorldSettings } from '../support/failover-world.ts';
import { paris, production } from '../support/fleets.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Production's fleet with a quicker pulse, so that an hour holds several falls and returns. */
const fleet: Fleet = {
  ...production,
  steering: {
    ...production.steering,
    holdOffMs: 20_000,
    holdOffMsMax: 160_000,
    restoreStepMs: 10_000,
  },
};
const minuteMs = 60_000;
const peace = [80, 10, 10];

const world = (seed: number, change: Partial<WorldSettings> = {}) =>
  new FailoverWorld({ fleet, seed, fencing: true, loss: 0.02, turmoil: true, ...change });

/** Twenty minutes in which regions die and return at random, then calm until everybody should be back. */
function stormAndCalm(w: FailoverWorld, seed: number): void {
  const random = seededRandom(seed + 1_000);
  w.run(20 * minuteMs, () => {
    if (random() > 0.01) return;
    const { id } = w.fleet.regions[Math.floor(random() * 3)]!;
    if (!w.dead.delete(id)) w.dead.add(id);
  });
  w.dead.clear();
  w.calm = true;
  // The hold-off at its longest, a full budget window, and the steps.
  w.run(160_000 + 600_000 + 4 * 10_000 + 60_000);
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

describe('in a storm', () => {
  const worlds = seeds.map((seed) => {
    const w = world(seed);
    stormAndCalm(w, seed);
    return w;
  });
  const changes = () => worlds.flatMap((w) => w.applied);

  test('nothing that must never happen happens, and much did happen', () => {
    expect(worlds.flatMap((w) => w.violations)).toEqual([]);
    expect(changes().length).toBeGreaterThan(100);
    expect(worlds.reduce((sum, w) => sum + w.fenced, 0)).toBeGreaterThan(20);
  });

  test('I3: never more than ten changes in ten minutes, whoever made them', () => {
    for (const { applied } of worlds)
      for (const { atMs } of applied) {
        const within = applied.filter((c) => c.atMs > atMs - 600_000 && c.atMs <= atMs);
        expect(within.length).toBeLessThanOrEqual(10);
      }
  });

  test('I7: the term rises by one with each change', () => {
    for (const { applied } of worlds)
      expect(applied.map((c) => c.zoneTermBefore)).toEqual(applied.map((_, i) => i + 1));
  });

  test('a region returns step by step unless it must stand in for another', () => {
    const leaps = changes().flatMap(({ before, after }) =>
      fleet.regions.filter((r) => after[r.id]!.weight > nextWeight(r, before[r.id]!.weight, fleet)),
    );
    const alone = changes().filter(({ before, after }) =>
      fleet.regions.some((r) => before[r.id]!.weight > 0 && after[r.id]!.weight === 0),
    );
    expect(leaps.length).toBeLessThanOrEqual(alone.length);
  });

  test('I16: once the faults stop, the zone returns to peacetime and stays there', () => {
    for (const w of worlds) {
      expect(w.weights).toEqual(peace);
      const count = w.applied.length;
      w.run(5 * minuteMs);
      expect(w.applied.length).toBe(count);
    }
  });

  test('the same seed gives the same trace', () => {
    const again = world(3);
    stormAndCalm(again, 3);
    again.run(5 * minuteMs);
    expect(again.trace()).toBe(worlds[2]!.trace());
  });
});

describe('one region dies and returns', () => {
  const quiet = { loss: 0, turmoil: false };

  test('it is left within ten seconds and comes back in stages, each seen', () => {
    const w = world(1, quiet);
    w.run(minuteMs);
    expect(w.applied).toEqual([]);
    w.dead.add(paris);
    w.run(10_000);
    expect(w.weights).toEqual([0, 10, 10]);
    w.run(minuteMs);
    expect(w.applied).toHaveLength(1);
    w.dead.delete(paris);
    const seen = new Set<number>();
    w.run(3 * minuteMs, () => seen.add(w.weights[0]!));
    expect([...seen]).toEqual([0, 8, 32, 56, 80]);
    expect(w.applied).toHaveLength(5);
    expect(w.violations).toEqual([]);
  });

  test('controllers that restart in the middle of the return do not undo it', () => {
    const w = world(2, quiet);
    w.dead.add(paris);
    w.run(30_000);
    w.dead.delete(paris);
    let highest = 0;
    w.run(5 * minuteMs, () => {
      if (w.nowMs % 15_000 === 0) w.restart((w.nowMs / 15_000) % 3);
      const weight = w.weights[0]!;
      expect(weight).toBeGreaterThanOrEqual(highest);
      highest = weight;
    });
    w.run(minuteMs);
    expect(w.weights).toEqual(peace);
  });

  test('all three die: the zone keeps what it had, and nothing is written until one is up', () => {
    const w = world(3, quiet);
    w.run(minuteMs);
    for (const { id } of fleet.regions) w.dead.add(id);
    w.run(5 * minuteMs);
    expect(w.weights).toEqual(peace);
    expect(w.applied).toEqual([]);
  });

  test('an order drains it by the same way, and when it ends it comes back in stages', () => {
    const w = world(4, quiet);
    w.run(minuteMs);
    const order = {
      id: 'drill-1',
      serial: 1,
      region: paris,
      kind: 'drain',
      reason: 'drill',
      actor: 'operator',
    } as const;
    w.orders = [{ ...order, untilMs: Number.MAX_SAFE_INTEGER }];
    w.run(10_000);
    expect(w.weights).toEqual([0, 10, 10]);
    w.orders = [];
    const seen = new Set<number>();
    w.run(3 * minuteMs, () => seen.add(w.weights[0]!));
    expect([...seen]).toEqual([0, 8, 32, 56, 80]);
    expect(w.violations).toEqual([]);
  });
});

const findFirst = (change: Partial<WorldSettings>, what: RegExp) => {
  for (const seed of seeds) {
    const w = world(seed, change);
    stormAndCalm(w, seed);
    const violation = w.violations.find((v) => what.test(v));
    if (violation !== undefined) return violation;
  }
  return null;
};

describe('the harness finds what it is there to find', () => {
  test('with a quorum of one, regions are left that nobody else missed', () => {
    const hasty: Fleet = { ...fleet, steering: { ...fleet.steering, quorum: 1 } };
    expect(findFirst({ fleet: hasty }, /no two vantages missed it/)).toMatch(/^seed \d+: /);
  });

  test('without the fence, an update is lost', () => {
    expect(findFirst({ fencing: false }, /lost update/)).toMatch(/^seed \d+: lost update/);
  });
});
