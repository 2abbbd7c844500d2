// The shell on a bench: every port in memory, every beat by hand.
import { describe, expect, test } from '@jest/globals';
import { statusOf } from '../../failover/status.ts';
import {
  controllerBench,
  last,
  losingParis,
  MemoryJournal,
  peacetimeZone,
  weights,
} from '../support/failover-ports.ts';
import { belgium, paris, production } from '../support/fleets.ts';

test('in peacetime it reads the zone and writes nothing', async () => {
  const bench = await controllerBench();
  await bench.beats(60);
  expect(bench.zone.batches).toEqual([]);
  expect(statusOf(bench.controller)).toMatchObject({
    term: { number: 41, by: 'start' },
    progress: 'nothing-to-do',
    regions: [{ phase: 'HEALTHY' }, { phase: 'HEALTHY' }, { phase: 'HEALTHY' }],
  });
});

test('without news the zone is read about twice a minute, not at every beat', async () => {
  const bench = await controllerBench();
  await bench.beats(60);
  expect(bench.zone.reads).toBeGreaterThanOrEqual(2);
  expect(bench.zone.reads).toBeLessThanOrEqual(4);
});

test("another controller's change is read at the beat that sees its term", async () => {
  const bench = await controllerBench();
  await bench.beats(2);
  const { reads } = bench.zone;
  const other = await controllerBench({ zone: bench.zone, clock: bench.clock });
  await losingParis(other);
  await bench.beats(1);
  expect(bench.zone.reads).toBeGreaterThan(reads);
  expect(statusOf(bench.controller).term?.number).toBe(42);
});

describe('a region dies', () => {
  test('it is left with the third miss, in one batch, and the journal says why before and what after', async () => {
    const bench = await controllerBench();
    await bench.beats(1);
    bench.prober.dead.add(paris);
    await bench.beats(2);
    expect(weights(bench)).toEqual([80, 10, 10]);
    bench.others = 'duu';
    await bench.beats(1);
    expect(weights(bench)).toEqual([0, 10, 10]);
    expect(bench.zone.batches).toHaveLength(1);
    const { entries } = bench.journal;
    const from = entries.findIndex((e) => e.kind === 'intent');
    expect(entries.slice(from, from + 2)).toMatchObject([
      { kind: 'intent', term: 42, cause: [expect.stringMatching(/aws-paris leave-down: 80 -> 0/)] },
      { kind: 'outcome', term: 42, outcome: 'written' },
    ]);
    await bench.beats(1);
    expect(last(bench, 'settled')).toMatchObject({ term: 42 });
  });

  test('what the others find in the same second is heard in it, and not a beat later', async () => {
    const bench = await controllerBench();
    await bench.beats(1);
    bench.prober.dead.add(paris);
    await bench.beats(2);
    const probe = bench.prober.probe.bind(bench.prober);
    bench.prober.probe = async (region) => {
      const found = await probe(region);
      // They were asked when this beat began, and had not seen it then.
      bench.others = 'duu';
      return found;
    };
    await bench.beats(1);
    expect(weights(bench)).toEqual([0, 10, 10]);
  });

  test('one vantage alone leaves nothing', async () => {
    const bench = await controllerBench();
    bench.prober.dead.add(paris);
    await bench.beats(30);
    expect(bench.zone.batches).toEqual([]);
    expect(statusOf(bench.controller).regions[0]?.phase).toBe('SUSPECT');
  });

  test('silent peers make it keep everything, whatever it sees itself', async () => {
    const bench = await controllerBench();
    await bench.beats(1);
    bench.others = null;
    bench.prober.dead.add(paris);
    await bench.beats(30);
    expect(bench.zone.batches).toEqual([]);
    expect(statusOf(bench.controller).regions[0]?.phase).toBe('FAIL_STATIC');
  });

  test('its return is staged, and each stage waits', async () => {
    const bench = await controllerBench();
    await losingParis(bench);
    bench.prober.dead.clear();
    bench.others = 'uuu';
    const seen: (readonly [number, number])[] = [];
    for (let second = 0; second < 900; second += 1) {
      await bench.beats(1);
      const weight = weights(bench)[0]!;
      if (seen.at(-1)?.[1] !== weight) seen.push([second, weight]);
    }
    expect(seen.map(([, weight]) => weight)).toEqual([0, 8, 32, 56, 80]);
    const [, first, ...steps] = seen.map(([second]) => second);
    expect(first).toBeGreaterThanOrEqual(300);
    expect(first).toBeLessThanOrEqual(310);
    for (const [i, second] of steps.entries())
      expect(second - [first!, ...steps][i]!).toBeGreaterThanOrEqual(120);
    expect(bench.zone.batches).toHaveLength(5);
  });

  test('while a write is on its way probing goes on, and no second write begins', async () => {
    const bench = await controllerBench();
    let release = () => {};
    bench.zone.gate = new Promise((resolve) => {
      release = resolve;
    });
    bench.prober.dead.add(paris);
    bench.others = 'duu';
    for (let i = 0; i < 10; i += 1) {
      bench.clock.now += 1_000;
      await bench.controller.tick();
    }
    expect(bench.zone.batches).toHaveLength(1);
    expect(bench.controller.watch.streaks(paris).ready.failures).toBe(10);
    expect(bench.controller.beat.progress).toBe('in-flight');
    release();
    await bench.controller.idle();
    expect(weights(bench)).toEqual([0, 10, 10]);
  });

  test('a second region that dies meanwhile is left by the next batch, from the newest state', async () => {
    const bench = await controllerBench();
    bench.zone.insync = false;
    await losingParis(bench);
    bench.prober.dead.add(belgium);
    bench.others = 'ddu';
    await bench.beats(3);
    expect(weights(bench)).toEqual([0, 0, 10]);
    expect(bench.zone.term).toBe(43);
  });
});

describe('orders', () => {
  const drain = { kind: 'drain', region: paris, reason: 'drill', actor: 'ops' } as const;

  test('a drain takes the same path, ends by itself, and the region returns in stages', async () => {
    const bench = await controllerBench();
    const phase = () => statusOf(bench.controller).regions[0]?.phase;
    // The zone has been as it is for as long as the safety rules ask for.
    await bench.beats(6);
    await bench.controller.settings.desk.give({ ...drain, forMs: 60_000 });
    await bench.beats(1);
    expect(weights(bench)).toEqual([0, 10, 10]);
    expect(phase()).toBe('DRAINING');
    await bench.beats(1);
    expect(phase()).toBe('ADMIN_DRAINED');
    await bench.beats(57);
    expect(weights(bench)).toEqual([0, 10, 10]);
    await bench.beats(305);
    expect(weights(bench)).toEqual([8, 10, 10]);
  });

  test('an order given at one vantage reaches the others with the next beat', async () => {
    const zone = peacetimeZone();
    const one = await controllerBench({ zone });
    await one.controller.settings.desk.give({ ...drain, forMs: 60_000 });
    const orders = one.controller.settings.desk.inTransit();
    const opinions = Object.fromEntries(production.regions.map((r) => [r.id, 'up' as const]));
    const other = await controllerBench({
      zone,
      clock: one.clock,
      vantage: production.vantages[1]!.id,
      reports: () => [{ vantage: production.vantages[0]!.id, opinions, ageMs: 0, orders }],
    });
    await other.beats(1);
    expect(other.controller.settings.desk.standing()).toMatchObject([{ region: paris }]);
    expect(last(other, 'order')).toMatchObject({ heardFrom: 'vantage-dublin', reason: 'drill' });
  });
});

describe('one vantage speaks once', () => {
  const reporting = (vantage: string, ageMs = 0) => ({
    vantage: vantage as never,
    opinions: { [paris]: 'down' as const, [belgium]: 'up' as const },
    ageMs,
    orders: [],
  });

  test.each([
    ['its own name', 'vantage-dublin'],
    ['a name that the fleet does not know', 'vantage-mars'],
  ])('a report under %s counts for nobody', async (_, name) => {
    const bench = await controllerBench({ reports: () => [reporting(name)] });
    bench.prober.dead.add(paris);
    await bench.beats(10);
    expect(bench.zone.batches).toEqual([]);
    expect(bench.controller.beat.observations).toHaveLength(1);
  });

  test("a report's age grows on the receiver's clock", async () => {
    let silent = false;
    const bench = await controllerBench({
      reports: () => (silent ? [] : [reporting('vantage-finland', 1_000)]),
    });
    await bench.beats(1);
    silent = true;
    await bench.beats(4);
    const counts = () => statusOf(bench.controller).vantages[1];
    expect(counts()).toMatchObject({ seenMsAgo: 5_000, counts: true });
    await bench.beats(1);
    expect(counts()).toMatchObject({ seenMsAgo: 6_000, counts: false });
  });
});

test('the wall clock may jump by hours without any decision changing (I9)', async () => {
  const bench = await controllerBench();
  for (const jump of [-300_000, 300_000, 7_200_000, -7_200_000]) {
    bench.clock.wall += jump;
    await bench.beats(3);
  }
  expect(bench.zone.batches).toEqual([]);
  await losingParis(bench);
  expect(weights(bench)).toEqual([0, 10, 10]);
});

test('a journal that cannot be written keeps nobody in a dead region', async () => {
  const journal = new MemoryJournal();
  journal.failing = true;
  const bench = await controllerBench({ journal });
  await losingParis(bench);
  expect(weights(bench)).toEqual([0, 10, 10]);
  const metrics = await bench.controller.settings.metrics.registry.metrics();
  expect(metrics).toMatch(/failover_faults_total\{where="journal",vantage="vantage-dublin"\} \d/);
});

test('beats never overlap: one asked for during another is that one', async () => {
  const bench = await controllerBench();
  const [first, second] = [bench.controller.tick(), bench.controller.tick()];
  expect(first).toBe(second);
  await first;
  expect(bench.controller.watch.streaks(paris).ready.successes).toBe(1);
});

test('an error in one beat is journalled and the next beat is as any other', async () => {
  let broken = true;
  const bench = await controllerBench({
    reports: () => {
      if (broken) throw new Error('peers are broken');
      return [];
    },
  });
  await bench.beats(3);
  expect(last(bench, 'fault')).toMatchObject({ message: 'peers are broken' });
  broken = false;
  await bench.beats(2);
  expect(bench.controller.beat.progress).toBe('nothing-to-do');
});

test('started and stopped are in the journal, and stopping ends the beat', async () => {
  const bench = await controllerBench();
  await bench.controller.start();
  await bench.controller.stop();
  expect(bench.journal.kinds()[0]).toBe('started');
  expect(bench.journal.kinds().at(-1)).toBe('stopped');
});

test('what lasts is told once: a verdict and a decision when they change, not at every beat', async () => {
  const bench = await controllerBench();
  await losingParis(bench);
  await bench.beats(60);
  const lines = bench.journal.entries.length;
  await bench.beats(60);
  expect(bench.journal.entries.length).toBe(lines);
});
