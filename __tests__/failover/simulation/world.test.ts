// The real controllers in a simulated world: seeded faults, virtual time, every change judged by the invariants.
import { expect, jest, test } from '@jest/globals';
import { vantageId } from '../../../fleet/fleet.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import type { Fault } from '../../../failover/simulation/faults.ts';
import { plannedFaults, simulate } from '../../../failover/simulation/simulate.ts';
import { World } from '../../../failover/simulation/world.ts';
import { paris, production } from '../../support/fleets.ts';

const minutes = (count: number) => count * 60_000;

// A busy machine takes its time; what is judged is virtual.
jest.setTimeout(minutes(4));

async function lived(faults: readonly Fault[], forMs: number) {
  const events: string[] = [];
  const world = new World({
    fleet: production,
    seed: 7,
    faults,
    onEvent: (atMs, text) => events.push(`${atMs} ${text}`),
  });
  const result = await world.run(forMs);
  return { world, events, ...result };
}

const dead = (atMs: number, forMs: number): Fault => ({
  kind: 'region',
  region: paris,
  how: 'dead',
  atMs,
  forMs,
});

test('a dead primary is left within seconds and returns in stages when it answers again', async () => {
  const { violations, events } = await lived([dead(minutes(1), minutes(10))], minutes(60));
  expect(violations).toEqual([]);
  const applied = events.filter((text) => text.includes('applied'));
  expect(applied.map((text) => /aws-paris (\d+)/.exec(text)?.[1])).toEqual([
    '0',
    '8',
    '32',
    '56',
    '80',
  ]);
  const [first = ''] = applied;
  expect(Number(first.split(' ')[0])).toBeLessThan(minutes(1) + 8_000);
});

test('a region that only one vantage cannot reach stays', async () => {
  const faults: Fault[] = [
    {
      kind: 'link-cut',
      from: vantageId('vantage-dublin'),
      to: paris,
      atMs: minutes(1),
      forMs: minutes(10),
    },
  ];
  expect(await lived(faults, minutes(20))).toMatchObject({ violations: [], batches: 0 });
});

test('with every region dead nothing is changed', async () => {
  const faults = production.regions.map(({ id }): Fault => ({
    kind: 'region',
    region: id,
    how: 'dead',
    atMs: minutes(1),
    forMs: minutes(5),
  }));
  expect(await lived(faults, minutes(20))).toMatchObject({ violations: [], batches: 0 });
});

test('a controller that dies and one that is paused do not keep the third from acting, once one is back', async () => {
  const faults: Fault[] = [
    {
      kind: 'vantage-killed',
      vantage: vantageId('vantage-dublin'),
      atMs: minutes(1),
      forMs: minutes(30),
    },
    dead(minutes(2), minutes(10)),
  ];
  const { violations, batches } = await lived(faults, minutes(60));
  expect(violations).toEqual([]);
  expect(batches).toBe(5);
});

test('a batch that is accepted without effect is noticed and written again', async () => {
  const faults: Fault[] = [
    { kind: 'api', how: 'ineffective', atMs: minutes(1), forMs: minutes(3) },
    dead(minutes(2), minutes(10)),
  ];
  const { violations, batches } = await lived(faults, minutes(60));
  expect(violations).toEqual([]);
  expect(batches).toBe(5);
});

/** Nothing that anybody notices, but calm that is skipped would teach nobody what is usual. */
const awake = (forMs: number): Fault => ({
  kind: 'clock-bump',
  vantage: vantageId('vantage-dublin'),
  byMs: 1,
  atMs: minutes(1),
  forMs,
});

test.each(['errs', 'crawls'] as const)(
  'a primary that says it is ready and %s is left, and given back when it is well (I4)',
  async (how) => {
    const grey: Fault = {
      kind: 'region',
      region: paris,
      how,
      atMs: minutes(25),
      forMs: minutes(5),
    };
    const { violations, events } = await lived([awake(minutes(90)), grey], minutes(60));
    expect(violations).toEqual([]);
    const applied = events.filter((text) => text.includes('applied'));
    const weights = applied.map((text) => /aws-paris (\d+)/.exec(text)?.[1]);
    expect(weights).toEqual(['0', '8', '32', '56', '80']);
    const leftMs = Number(applied[0]?.split(' ')[0]) - minutes(25);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThan(minutes(2));
  },
);

test('vantages that are blind themselves abstain: two of three that see nothing leave nobody', async () => {
  const blind = production.vantages.slice(0, 2).map(({ id }): Fault => ({
    kind: 'vantage-blind',
    vantage: id,
    atMs: minutes(2),
    forMs: minutes(10),
  }));
  const { violations, batches, world } = await lived([awake(minutes(6)), ...blind], minutes(8));
  expect({ violations, batches }).toEqual({ violations: [], batches: 0 });
  const [first, , third] = world.vantages.map(({ controller }) => controller?.watch);
  expect(first?.sight.abstains).toBe('reaches 0 of 3 canaries, 2 needed');
  expect(third?.sight.abstains).toBeNull();
});

test('without canaries the same two would have emptied the zone of all they cannot see', async () => {
  const { canary, ...rest } = production.probe;
  const sightless: Fleet = {
    ...production,
    probe: { ...rest, canary: { ...canary, targets: [] } },
  };
  const blind = production.vantages.slice(0, 2).flatMap(({ id }): Fault[] =>
    production.regions.slice(0, 2).map((region) => ({
      kind: 'link-cut',
      from: id,
      to: region.id,
      atMs: minutes(2),
      forMs: minutes(10),
    })),
  );
  const world = new World({ fleet: sightless, seed: 7, faults: blind });
  expect((await world.run(minutes(8))).batches).toBeGreaterThan(0);
});

const settings = { fleet: production, hours: 24, calmHours: 3 };

test.each([1, 2, 3, 4])('seed %i: a day of faults breaks no invariant', async (seed) => {
  const { violations } = await simulate({ ...settings, seed });
  expect(violations.map(({ invariant, text }) => `seed ${seed}: ${invariant} ${text}`)).toEqual([]);
});

test('the same seed gives the same run', async () => {
  const trace = async () => {
    const faults = plannedFaults({ ...settings, seed: 11 });
    const { events } = await lived(faults, minutes(12 * 60));
    return events;
  };
  const [first, second] = [await trace(), await trace()];
  expect(first.length).toBeGreaterThan(20);
  expect(second).toEqual(first);
});

test('wall clocks that jump change nothing (I9)', async () => {
  const faults = plannedFaults({ ...settings, seed: 12 }).filter(
    (f) => f.kind !== 'clock-bump' && !('at' in f),
  );
  // While something else is wrong: calm is skipped, and a fault of its own would only move what is skipped.
  const during = faults.find(({ forMs }) => forMs > minutes(1))!;
  const bumps = production.vantages.map(({ id }, i): Fault => ({
    kind: 'clock-bump',
    vantage: id,
    byMs: i % 2 === 0 ? 300_000 : -300_000,
    atMs: during.atMs + 5_000 * (i + 1),
    forMs: 1,
  }));
  const applied = ({ events }: { readonly events: readonly string[] }) =>
    events.filter((text) => text.includes('applied'));
  const calm = applied(await lived(faults, minutes(12 * 60)));
  const bumped = applied(
    await lived(
      [...faults, ...bumps].sort((a, b) => a.atMs - b.atMs),
      minutes(12 * 60),
    ),
  );
  expect(calm.length).toBeGreaterThan(0);
  expect(bumped).toEqual(calm);
});

test('the world’s own zone refuses a stale batch whole', async () => {
  const { world } = await lived([], minutes(1));
  const before = world.zone.records;
  const term = before.find((r) => r.kind === 'text')!;
  const stale = { ...term, values: ['term=0 by=nobody'] };
  const outcome = world.zone.submit('vantage-dublin', [
    { action: 'DELETE', record: stale },
    { action: 'CREATE', record: { ...term, values: ['term=9 by=vantage-dublin'] } },
  ]);
  expect(outcome.kind).toBe('fenced');
  expect(world.zone.records).toBe(before);
});
