// Orders are checked, dated, kept across a restart and merged with what others heard.
import { describe, expect, test } from '@jest/globals';
import { subjectOf } from '../../failover/core/command.ts';
import { OrderDesk } from '../../failover/order-desk.ts';
import type { OrderRequest, StoredOrder } from '../../failover/order-desk.ts';
import { belgium, paris, production } from '../support/fleets.ts';
import { handClock, MemoryOrderStore } from '../support/failover-ports.ts';

const minuteMs = 60_000;
const drain: OrderRequest = {
  kind: 'drain',
  region: paris,
  reason: 'patching',
  actor: 'ops',
  forMs: 10 * minuteMs,
};

async function desk(store = new MemoryOrderStore(), clock = handClock()) {
  let n = 0;
  const opened = await OrderDesk.open({
    fleet: production,
    clock,
    store,
    newId: () => `id-${(n += 1)}-${clock.wall}`,
  });
  return { desk: opened, store, clock };
}

describe('giving', () => {
  test('an order stands for as long as it says and is on the disk before it is confirmed', async () => {
    const { desk: d, store, clock } = await desk();
    await d.give(drain);
    expect(store.saved).toMatchObject([{ region: paris, remainingMs: 10 * minuteMs }]);
    clock.now += 10 * minuteMs - 1;
    expect(d.standing()).toHaveLength(1);
    clock.now += 1;
    expect(d.standing()).toEqual([]);
  });

  test.each([
    ['an unknown region', { region: 'aws-oslo' }, /no region "aws-oslo".*aws-paris/],
    ['no reason', { reason: ' ' }, /reason/],
    ['a reason of 201 characters', { reason: 'x'.repeat(201) }, /201 characters/],
    ['no actor', { actor: '' }, /actor/],
    ['an actor of 101 characters', { actor: 'x'.repeat(101) }, /101 characters/],
    ['no time', { forMs: 0 }, /A drain for 0 ms/],
    ['more than thirty minutes', { forMs: 30 * minuteMs + 1 }, /1\.\.1800000 ms/],
    ['a time that is no number', { forMs: Number.NaN }, /NaN ms/],
  ])('%s is refused with the remedy', async (_, change, words) => {
    const { desk: d } = await desk();
    await expect(d.give({ ...drain, ...change })).rejects.toThrow(words);
    expect(d.standing()).toEqual([]);
  });

  test.each([
    ['a reason of 200 characters', { reason: 'x'.repeat(200) }],
    ['an actor of 100 characters', { actor: 'x'.repeat(100) }],
    ['thirty minutes', { forMs: 30 * minuteMs }],
    ['a millisecond', { forMs: 1 }],
  ])('%s is taken', async (_, change) => {
    const { desk: d } = await desk();
    await d.give({ ...drain, ...change });
    expect(d.standing()).toHaveLength(1);
  });

  test('a restore ends a drain and outlives it, so that no late copy brings it back', async () => {
    const { desk: d, clock } = await desk();
    await d.give({ ...drain, forMs: 30 * minuteMs });
    const copy = d.inTransit();
    clock.now += 1_000;
    await d.give({ ...drain, kind: 'restore', forMs: 0 });
    expect(d.standing()).toMatchObject([{ kind: 'restore' }]);
    await d.merge(copy, clock.now - 1_000);
    clock.now += 30 * minuteMs - 1_001;
    expect(d.standing()).toMatchObject([{ kind: 'restore' }]);
  });

  test('a newer order holds though the wall clock went back between the two', async () => {
    const { desk: d, clock } = await desk();
    await d.give(drain);
    clock.wall -= 3_600_000;
    await d.give({ ...drain, kind: 'restore' });
    expect(d.standing()).toMatchObject([{ kind: 'restore' }]);
  });
});

describe('merging', () => {
  test('what is news is said once', async () => {
    const { desk: one, clock } = await desk();
    await one.give(drain);
    const { desk: other } = await desk(new MemoryOrderStore(), clock);
    expect(await other.merge(one.inTransit(), clock.now)).toMatchObject([{ region: paris }]);
    expect(await other.merge(one.inTransit(), clock.now)).toEqual([]);
  });

  test('passing an order to and fro never lengthens it, however slow the answers', async () => {
    const clock = handClock();
    const { desk: one } = await desk(new MemoryOrderStore(), clock);
    const { desk: other } = await desk(new MemoryOrderStore(), clock);
    await one.give(drain);
    const endMs = one.standing()[0]!.untilMs;
    for (let i = 0; i < 20; i += 1) {
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        const askedAtMs = clock.now;
        clock.now += 400;
        const answer = from.inTransit();
        clock.now += 400;
        await to.merge(answer, askedAtMs);
      }
    }
    for (const d of [one, other]) {
      const { untilMs } = d.standing()[0]!;
      expect(untilMs).toBeLessThanOrEqual(endMs);
      // Nor does it wear the order away: what the first answer may have taken is lost once, and no more.
      expect(untilMs).toBeGreaterThanOrEqual(endMs - 400);
    }
  });

  test('an order from afar is bounded like one of our own', async () => {
    const { desk: d, clock } = await desk();
    const far = { ...drain, id: 'x', serial: 1, remainingMs: 1e12 };
    await d.merge([far], clock.now);
    expect(d.inTransit()[0]?.remainingMs).toBe(30 * minuteMs);
  });

  test('our next order is newer than any that was heard', async () => {
    const { desk: d, clock } = await desk();
    const serial = clock.wall + 3_600_000;
    await d.merge([{ ...drain, id: 'x', serial, remainingMs: minuteMs }], clock.now);
    await d.give({ ...drain, kind: 'restore' });
    expect(d.standing()).toMatchObject([{ kind: 'restore', serial: serial + 1 }]);
  });
});

describe('a restart', () => {
  const restarted = async (wallPassedMs: number) => {
    const store = new MemoryOrderStore();
    const { desk: before, clock } = await desk(store);
    await before.give(drain);
    const later = handClock();
    later.now = 77;
    later.wall = clock.wall + wallPassedMs;
    return (await desk(store, later)).desk;
  };

  test('keeps an order for the time it had left', async () => {
    const d = await restarted(4 * minuteMs);
    expect(d.inTransit()[0]?.remainingMs).toBe(6 * minuteMs);
  });

  test('forgets one that ended meanwhile', async () => {
    expect((await restarted(10 * minuteMs)).standing()).toEqual([]);
  });

  test('a wall clock that went back lengthens nothing', async () => {
    const d = await restarted(-3_600_000);
    expect(d.inTransit()[0]?.remainingMs).toBe(10 * minuteMs);
  });

  test('keeps the orders of all regions', async () => {
    const stored = [paris, belgium].map((region, i): StoredOrder => ({
      ...drain,
      region,
      id: `o${i}`,
      serial: i,
      remainingMs: minuteMs,
      savedAtWallMs: handClock().wall,
    }));
    const { desk: d } = await desk(new MemoryOrderStore(stored));
    expect(d.standing().map(subjectOf)).toEqual([paris, belgium]);
  });
});
