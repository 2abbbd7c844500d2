// What a controller does when a flag is raised: it says so, leaves the region with the data plane, and does not bring it back.
import { expect, test } from '@jest/globals';
import { reportOf, statusOf } from '../../failover/status.ts';
import { paris } from '../support/fleets.ts';
import { controllerBench } from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';

const note = {
  reason: 'storm',
  actor: 'jane',
  raisedAt: '2026-11-21T00:00:00Z',
  until: '2026-11-21T00:01:00Z',
};
const parisIn = (bench: Bench) => statusOf(bench.controller).regions[0];
const metric = async ({ controller }: Bench, name: string) =>
  (await controller.settings.metrics.registry.getMetricsAsJSON())
    .find((one) => one.name === name)
    ?.values.find(({ labels }) => labels['region'] === paris)?.value;

test('a flag is seen within five seconds, and the region is left as by order', async () => {
  const bench = await controllerBench();
  await bench.beats(2);
  bench.flags.raised.set(paris, note);
  await bench.beats(8);
  expect(parisIn(bench)).toMatchObject({
    phase: 'ADMIN_DRAINED',
    weight: { zone: 0 },
    verdict: { kind: 'down', forced: true },
    because: 'drained by jane by a flag: storm',
  });
  expect(bench.journal.entries).toContainEqual(
    expect.objectContaining({ kind: 'flag', region: paris, raised: true, ...note }),
  );
  expect(await metric(bench, 'failover_flag_raised')).toBe(1);
});

test('while it stands the controllers do not bring the region back, order or no order', async () => {
  const bench = await controllerBench();
  bench.flags.raised.set(paris, note);
  await bench.beats(10);
  await bench.controller.settings.desk.give({
    kind: 'restore',
    region: paris,
    reason: 'impatience',
    actor: 'joe',
    forMs: 0,
  });
  await bench.beats(60);
  expect(parisIn(bench)?.weight.zone).toBe(0);
});

test('lowered, the region returns', async () => {
  const bench = await controllerBench();
  bench.flags.raised.set(paris, note);
  await bench.beats(10);
  bench.flags.raised.clear();
  await bench.beats(750);
  expect(parisIn(bench)).toMatchObject({ phase: 'HEALTHY', weight: { zone: 80 } });
  expect(bench.journal.entries).toContainEqual(
    expect.objectContaining({ kind: 'flag', region: paris, raised: false }),
  );
});

test('the bucket is asked every five seconds and not more often', async () => {
  const bench = await controllerBench();
  await bench.beats(11);
  expect(bench.flags.looks).toBe(3 * 3);
});

test('a bucket that falls silent changes nothing for five minutes, and then no longer counts', async () => {
  const bench = await controllerBench();
  bench.flags.raised.set(paris, note);
  await bench.beats(6);
  bench.flags.silent = true;
  await bench.beats(290);
  expect(statusOf(bench.controller).flags).toHaveLength(1);
  await bench.beats(20);
  expect(statusOf(bench.controller).flags).toEqual([]);
});

test('a vantage that cannot read the bucket believes the one that can', async () => {
  const flags = [{ region: paris, reason: 'storm', actor: 'jane', until: note.until }];
  let says = true;
  const bench = await controllerBench({
    reports: () => [
      {
        vantage: 'vantage-finland' as never,
        ageMs: 0,
        orders: [],
        opinions: { 'aws-paris': 'up', 'gcp-belgium': 'up', 'azure-frankfurt': 'up' },
        ...(says ? { flags } : {}),
      },
    ],
  });
  bench.flags.silent = true;
  await bench.beats(70);
  expect(parisIn(bench)).toMatchObject({ phase: 'ADMIN_DRAINED', weight: { zone: 0 } });
  // And tells nobody what it has not seen itself: a rumour would never end.
  expect(reportOf(bench.controller).flags).toBeUndefined();
  says = false;
  await bench.beats(2);
  expect(statusOf(bench.controller).flags).toEqual([]);
});

test('one that stands longer than its note says is counted as overdue', async () => {
  const bench = await controllerBench();
  bench.flags.raised.set(paris, note);
  bench.clock.wall = Date.parse(note.until) - 60_000;
  await bench.beats(6);
  expect(await metric(bench, 'failover_flag_overdue')).toBe(0);
  bench.clock.wall = Date.parse(note.until) + 60_000;
  await bench.beats(6);
  expect(await metric(bench, 'failover_flag_overdue')).toBe(1);
});
