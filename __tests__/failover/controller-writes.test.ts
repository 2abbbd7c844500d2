// How writes end other than well: fenced, busy, lost, without effect, cut off by a crash; and what is never sent.
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../fleet/fleet.ts';
import { recordText, termOf } from '../../fleet/records.ts';
import { statusOf } from '../../failover/status.ts';
import {
  controllerBench,
  last,
  losingParis,
  peacetimeZone,
  weights,
} from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';
import { belgium, paris, production } from '../support/fleets.ts';

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

  test('a second write waits until a second has passed since the first (I10)', async () => {
    const bench = await controllerBench();
    bench.prober.dead.add(belgium);
    await losingParis(bench);
    expect(bench.zone.batches).toHaveLength(1);
    bench.others = 'ddu';
    const half = async () => {
      bench.clock.now += 499;
      await bench.controller.tick();
      await bench.controller.idle();
    };
    await half();
    await half();
    expect(bench.controller.beat.progress).toBe('pacing');
    expect(bench.zone.batches).toHaveLength(1);
    await half();
    expect(weights(bench)).toEqual([0, 0, 10]);
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
    bench.zone.next = Array.from({ length: 100 }, () => ({
      kind: 'refused',
      detail: 'AccessDenied',
    }));
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
