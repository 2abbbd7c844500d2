// The shell on a bench: every port in memory, every beat by hand, every way in which a write can end.
import { describe, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../failover/ports.ts';
import { statusOf } from '../../failover/status.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { intentOf, recordText, termOf } from '../../fleet/records.ts';
import { controllerBench, MemoryJournal, peacetimeZone } from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';
import { belgium, deploymentOf, paris, production } from '../support/fleets.ts';

const weights = ({ zone }: Bench) => {
  const intent = intentOf(production, deploymentOf(production), zone.records);
  return production.regions.map(({ id }) => intent[id]!.weight);
};

/** Paris is dead for every vantage, long enough to be believed. */
async function losingParis(bench: Bench): Promise<void> {
  bench.prober.dead.add(paris);
  await bench.beats(2);
  bench.others = 'duu';
  await bench.beats(1);
}

const last = (bench: Bench, kind: JournalEntry['kind']) =>
  bench.journal.entries.findLast((e) => e.kind === kind);

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

describe('a write that does not simply succeed', () => {
  test('fenced: it reads again at once and joins what the other decided', async () => {
    const bench = await controllerBench();
    await bench.beats(1);
    const other = await controllerBench({ zone: bench.zone, clock: bench.clock });
    bench.zone.servedTerm = 41;
    await losingParis(other);
    await losingParis(bench);
    expect(last(bench, 'outcome')).toMatchObject({ outcome: 'fenced', term: 42 });
    await bench.beats(5);
    expect(bench.zone.term).toBe(42);
    expect(bench.zone.batches).toHaveLength(2);
    const metrics = await bench.controller.settings.metrics.registry.metrics();
    expect(metrics).toMatch(/failover_fenced_total\{vantage="vantage-dublin"\} 1/);
  });

  test('busy: it waits longer each time, then succeeds', async () => {
    const bench = await controllerBench();
    const busy = { kind: 'busy', detail: 'PriorRequestNotComplete' } as const;
    bench.zone.next = [busy, busy, busy];
    await losingParis(bench);
    const sent: number[] = [];
    for (let second = 0; second < 20; second += 1) {
      if (bench.zone.batches.length > sent.length) sent.push(second);
      await bench.beats(1);
    }
    expect(sent.map((s, i) => s - (sent[i - 1] ?? s))).toEqual([0, 1, 2, 4]);
    expect(weights(bench)).toEqual([0, 10, 10]);
  });

  test('unreachable but applied: it reads again and writes no second time', async () => {
    const bench = await controllerBench();
    bench.zone.next = ['lost-answer'];
    await losingParis(bench);
    await bench.beats(20);
    expect(weights(bench)).toEqual([0, 10, 10]);
    expect(bench.zone.batches).toHaveLength(1);
  });

  test('accepted without effect: it is not repeated at every beat (I11)', async () => {
    const bench = await controllerBench();
    bench.zone.next = Array<'no-effect'>(1_000).fill('no-effect');
    await losingParis(bench);
    await bench.beats(300);
    expect(bench.zone.batches.length).toBeGreaterThan(5);
    expect(bench.zone.batches.length).toBeLessThan(14);
    expect(last(bench, 'no-effect')).toMatchObject({ why: /not in the zone/ });
    expect(statusOf(bench.controller).backoff.failures).toBeGreaterThan(5);
    bench.zone.next = [];
    await bench.beats(61);
    expect(weights(bench)).toEqual([0, 10, 10]);
    expect(statusOf(bench.controller).backoff.failures).toBe(0);
  });

  test('applied but not served everywhere: it is said after 90 s, and nothing is written again', async () => {
    const bench = await controllerBench();
    bench.zone.servedTerm = 41;
    await losingParis(bench);
    await bench.beats(89);
    expect(last(bench, 'no-effect')).toBeUndefined();
    await bench.beats(2);
    expect(last(bench, 'no-effect')).toMatchObject({ term: 42, why: /not served by every server/ });
    await bench.beats(30);
    expect(bench.zone.batches).toHaveLength(1);
  });

  test('served but not confirmed by the provider: it goes on asking, every other second', async () => {
    const bench = await controllerBench();
    bench.zone.insync = false;
    await losingParis(bench);
    await bench.beats(10);
    expect(last(bench, 'settled')).toBeUndefined();
    expect(bench.zone.asks).toBe(5);
    bench.zone.insync = true;
    await bench.beats(2);
    expect(last(bench, 'settled')).toMatchObject({ term: 42 });
  });

  test('refused by the provider: it waits ever longer and the journal has the words', async () => {
    const bench = await controllerBench();
    bench.zone.next = Array(100).fill({ kind: 'refused', detail: 'AccessDenied' });
    await losingParis(bench);
    await bench.beats(120);
    expect(bench.zone.batches.length).toBeLessThan(9);
    expect(last(bench, 'outcome')).toMatchObject({ outcome: 'refused', detail: 'AccessDenied' });
  });

  test('a zone that cannot be read is not written, and is read again ever more rarely', async () => {
    const bench = await controllerBench();
    bench.zone.unreadable = true;
    await losingParis(bench);
    await bench.beats(120);
    expect(bench.zone.batches).toEqual([]);
    expect(bench.zone.reads).toBeLessThan(12);
    expect(bench.controller.beat.progress).toBe('zone-unread');
    bench.zone.unreadable = false;
    await bench.beats(61);
    expect(weights(bench)).toEqual([0, 10, 10]);
  });

  test('a zone last read too long ago is not written from (I8)', async () => {
    const bench = await controllerBench();
    await bench.beats(1);
    bench.zone.unreadable = true;
    await bench.beats(40);
    await losingParis(bench);
    await bench.beats(10);
    expect(bench.zone.batches).toEqual([]);
    expect(['unread', 'backing-off']).toContain(bench.controller.beat.progress);
  });
});

describe('a crash', () => {
  const wounded = async () => {
    const bench = await controllerBench();
    bench.zone.gate = new Promise(() => {});
    bench.prober.dead.add(paris);
    bench.others = 'duu';
    for (let i = 0; i < 5; i += 1) {
      bench.clock.now += 1_000;
      await bench.controller.tick();
    }
    expect(last(bench, 'intent')).toMatchObject({ term: 42 });
    expect(last(bench, 'outcome')).toBeUndefined();
    return bench;
  };

  const successorOf = async (bench: Bench) => {
    const { zone, journal, clock } = bench;
    const next = await controllerBench({ zone, journal, clock });
    await next.controller.start();
    await next.controller.stop();
    return next;
  };

  test('before the batch arrived: the successor says so and writes it once', async () => {
    const dead = await wounded();
    dead.zone.gate = Promise.resolve();
    dead.zone.batches.length = 0;
    const next = await successorOf(dead);
    expect(last(next, 'reconciled')).toMatchObject({ term: 42, found: /^not applied/ });
    await losingParis(next);
    await next.beats(20);
    expect(weights(next)).toEqual([0, 10, 10]);
    expect(next.zone.batches).toHaveLength(1);
  });

  test('after the batch arrived: the successor says so and writes nothing', async () => {
    const dead = await wounded();
    const { zone } = dead;
    zone.gate = Promise.resolve();
    await zone.write(zone.batches[0]!);
    zone.batches.length = 0;
    const next = await successorOf(dead);
    expect(last(next, 'reconciled')).toMatchObject({ term: 42, found: 'applied' });
    await losingParis(next);
    await next.beats(20);
    expect(next.zone.batches).toEqual([]);
  });

  test('the dead one releases its batch after the successor wrote: it is fenced', async () => {
    const dead = await wounded();
    const { zone } = dead;
    const stale = zone.batches[0]!;
    zone.gate = Promise.resolve();
    await losingParis(await successorOf(dead));
    const before = zone.records.map(recordText);
    expect(await zone.write(stale)).toMatchObject({ kind: 'fenced' });
    expect(zone.records.map(recordText)).toEqual(before);
  });
});

describe('what it refuses and repairs', () => {
  test('records changed by hand are put right after a rest, not at once', async () => {
    const bench = await controllerBench();
    await bench.beats(125);
    bench.zone.records = bench.zone.records.map((r) =>
      r.kind === 'addresses' && r.name.startsWith('aws-paris') ? { ...r, ttlSeconds: 300 } : r,
    );
    await bench.beats(30);
    expect(bench.zone.batches).toHaveLength(1);
    expect(termOf(bench.zone.records).number).toBe(42);
  });

  test('two releases that plan differently do not undo each other at every beat', async () => {
    const zone = peacetimeZone();
    const single: Fleet = { ...production, strategy: { kind: 'single' } };
    const one = await controllerBench({ zone });
    const other = await controllerBench({ zone, clock: one.clock, fleet: single });
    for (let second = 0; second < 600; second += 1) {
      await one.beats(1);
      await other.controller.tick();
      await other.controller.idle();
    }
    expect(zone.batches.length).toBeLessThanOrEqual(6);
  });

  test('a new zone gets its records at once', async () => {
    const zone = peacetimeZone();
    zone.records = [];
    const bench = await controllerBench({ zone });
    await bench.beats(2);
    expect(weights(bench)).toEqual([80, 10, 10]);
    expect(zone.batches[0]?.[0]?.action).toBe('CREATE');
  });

  test('a plan that is unsafe is not sent, and the refusal is journalled once', async () => {
    const fleet: Fleet = {
      ...production,
      regions: production.regions.map((r, i) => ({ ...r, answerTtlSeconds: 60 + i })),
    };
    const zone = peacetimeZone(production);
    const bench = await controllerBench({ fleet, zone });
    await losingParis(bench);
    await bench.beats(20);
    expect(zone.batches).toEqual([]);
    expect(bench.controller.beat.progress).toBe('refused');
    expect(bench.journal.kinds().filter((k) => k === 'refused')).toHaveLength(1);
  });
});

describe('orders', () => {
  const drain = { kind: 'drain', region: paris, reason: 'drill', actor: 'ops' } as const;

  test('a drain takes the same path, ends by itself, and the region returns in stages', async () => {
    const bench = await controllerBench();
    await bench.beats(1);
    await bench.controller.settings.desk.give({ ...drain, forMs: 60_000 });
    await bench.beats(1);
    expect(weights(bench)).toEqual([0, 10, 10]);
    expect(statusOf(bench.controller).regions[0]?.phase).toBe('ADMIN_DRAINED');
    await bench.beats(58);
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
