// The finer senses of one vantage: its own blindness, regions that serve badly, each endpoint, and what it says of them.
import { describe, expect, test } from '@jest/globals';
import { requestBoundsMs } from '../../failover/core/request-counters.ts';
import { controllerMetrics } from '../../failover/metrics.ts';
import { statusOf } from '../../failover/status.ts';
import { Watch } from '../../failover/watch.ts';
import { belgium, paris, production } from '../support/fleets.ts';
import {
  controllerBench,
  handClock,
  losingParis,
  ToldCanaries,
  ToldProber,
} from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';

const address = '192.0.2.1';
const [one = '', two = '', three = ''] = production.probe.canary.targets;

function senses() {
  const clock = handClock();
  const prober = new ToldProber(clock);
  const canaries = new ToldCanaries(production);
  const metrics = controllerMetrics('vantage-dublin');
  const vantage = production.vantages[0]!.id;
  const watch = new Watch({ fleet: production, vantage, prober, canaries, clock, metrics });
  const beats = async (count: number, each: (i: number) => void = () => undefined) => {
    for (let i = 0; i < count; i += 1) {
      clock.now += 1_000;
      each(i);
      await watch.beat();
      await watch.idle();
    }
  };
  const text = () => metrics.registry.metrics();
  return { watch, clock, prober, canaries, beats, text };
}

describe('a vantage that reaches too few canaries', () => {
  test('falls silent before it condemns anybody, and says why', async () => {
    const { watch, prober, canaries, beats, text } = senses();
    await beats(5);
    for (const { id } of production.regions) prober.dead.add(id);
    for (const target of [one, two]) canaries.lost.add(target);
    await beats(1);
    expect(watch.opinion(paris)).toBe('up');
    await beats(1);
    expect(watch.opinion(paris)).toBe('unknown');
    await beats(60);
    expect(watch.streaks(paris).ready.opinion).toBe('down');
    expect(watch.observation()).toMatchObject({
      opinions: { [paris]: 'unknown', [belgium]: 'unknown' },
      abstains: 'reaches 1 of 3 canaries, 2 needed',
    });
    expect(await text()).toMatch(/failover_abstains\{[^}]*\} 1/);
    expect(await text()).toContain(`failover_canary_reachable{target="${one}",vantage`);
    expect(await text()).toMatch(/failover_opinion\{region="aws-paris",[^}]*\} -1/);
  });

  test('speaks again after six beats with sight, and then of what it sees', async () => {
    const { watch, prober, canaries, beats } = senses();
    await beats(5);
    prober.dead.add(paris);
    for (const target of [one, two, three]) canaries.lost.add(target);
    await beats(10);
    canaries.lost.clear();
    await beats(5);
    expect(watch.sight.abstains).not.toBeNull();
    await beats(1);
    expect(watch.opinion(paris)).toBe('down');
    expect(watch.opinion(belgium)).toBe('up');
    expect(watch.observation().abstains).toBeUndefined();
  });

  test('is one that reaches two of three no less: one canary may die', async () => {
    const { watch, prober, canaries, beats } = senses();
    await beats(5);
    canaries.lost.add(one);
    prober.dead.add(paris);
    await beats(3);
    expect(watch.opinion(paris)).toBe('down');
  });

  test('has no opinion at its start either', async () => {
    const { watch, prober, canaries, beats } = senses();
    for (const target of [one, two]) canaries.lost.add(target);
    prober.dead.add(paris);
    await beats(30);
    expect(watch.opinion(paris)).toBe('unknown');
  });

  test('is journalled when it falls silent and when it speaks again, once each', async () => {
    const bench = await controllerBench();
    await bench.beats(3);
    for (const target of [one, two]) bench.canaries.lost.add(target);
    await bench.beats(20);
    bench.canaries.lost.clear();
    await bench.beats(20);
    const said = bench.journal.entries.filter(({ kind }) => kind === 'sight');
    expect(said).toEqual([
      { kind: 'sight', abstains: true, why: 'reaches 1 of 3 canaries, 2 needed' },
      { kind: 'sight', abstains: false, why: 'enough canaries answer again' },
    ]);
  });
});

describe('a region that says it is ready', () => {
  /** So many requests since the last second, of which so many were errors; all took less than 250 ms. */
  const counted = (count: number, errors: number, bucket = 6) => ({
    machine: 'a',
    count,
    errors,
    buckets: requestBoundsMs.map((_, i) => (i === bucket ? count : 0)).concat(0),
  });

  test('and fails its users is down, with the numbers', async () => {
    const { watch, prober, beats, text } = senses();
    let [count, errors] = [500, 0];
    const live = (share: number) => () => {
      count += 10;
      errors += 10 * share;
      prober.counted.set(paris, counted(count, errors));
    };
    await beats(60, live(0));
    expect(watch.opinion(paris)).toBe('up');
    await beats(60, live(0.3));
    expect(watch.opinion(paris)).toBe('down');
    expect(watch.opinion(belgium)).toBe('up');
    expect(watch.note(paris)).toMatch(/^grey \(users\): \d+ of \d+ answers were errors$/);
    expect(watch.observation().notes).toEqual({ [paris]: watch.note(paris) });
    expect(await text()).toMatch(/failover_grey\{region="aws-paris",source="users",[^}]*\} 1/);
    expect(await text()).toMatch(
      /failover_served_error_share\{region="aws-paris",source="users",[^}]*\} 0\.[23]/,
    );
    await beats(120, live(0));
    expect(watch.opinion(paris)).toBe('up');
  });

  test('and takes ten times as long for its users is down once the usual is known', async () => {
    const { watch, prober, beats, text } = senses();
    let quick = 100;
    await beats(240, () => {
      prober.counted.set(paris, counted((quick += 10), 0));
    });
    let slow = 0;
    const mixed = () => {
      const both = counted(quick, 0);
      const buckets = both.buckets.map((n, i) => (i === 10 ? slow : n));
      prober.counted.set(paris, { ...both, count: quick + slow, buckets });
    };
    await beats(30, () => {
      slow += 10;
      mixed();
    });
    expect(watch.opinion(paris)).toBe('down');
    expect(watch.note(paris)).toMatch(/^grey \(users\): p99 2\d\d\d ms where 24\d ms is usual/);
    expect(await text()).toMatch(
      /failover_served_p99_seconds\{region="aws-paris",source="users",view="usual",[^}]*\} 0\.24/,
    );
  });

  test('and whose inferences fail every third time is down, though never three in a row', async () => {
    const { watch, prober, beats } = senses();
    await beats(20);
    await beats(90, () => {
      const asked = prober.goldenAsked.filter((id) => id === paris).length;
      if (asked % 3 === 0) prober.wrong.add(paris);
      else prober.wrong.delete(paris);
    });
    expect(watch.streaks(paris).golden.failures).toBeLessThan(3);
    expect(watch.opinion(paris)).toBe('down');
    expect(watch.note(paris)).toMatch(/grey \(golden\): \d+ of \d+ answers were errors/);
  });

  test('is asked for an inference at every beat from the first doubt until twenty tell', async () => {
    const { prober, beats } = senses();
    await beats(20);
    const before = prober.goldenAsked.filter((id) => id === paris).length;
    prober.wrong.add(paris);
    await beats(20, () => {
      // Wrong once, then right.
      if (prober.goldenAsked.filter((id) => id === paris).length > before) prober.wrong.clear();
    });
    const asked = prober.goldenAsked.filter((id) => id === paris).length - before;
    expect(asked).toBeGreaterThan(8);
    await beats(40);
    expect(prober.goldenAsked.filter((id) => id === paris).length - before).toBeLessThan(30);
  });

  test('after an outage is not held for grey: that was one failure, not sixty', async () => {
    const { watch, prober, beats } = senses();
    await beats(60);
    prober.dead.add(paris);
    await beats(30);
    prober.dead.clear();
    await beats(6);
    expect(watch.opinion(paris)).toBe('up');
  });
});

describe('an endpoint', () => {
  test('is asked for a bare connection only while its readiness fails', async () => {
    const { prober, beats } = senses();
    await beats(5);
    expect(prober.connected).toEqual([]);
    prober.dead.add(paris);
    await beats(3);
    expect(prober.connected).toEqual([paris, paris]);
  });

  test.each([
    ['timeout', 'network'],
    ['connected', 'service'],
    ['refused', 'service'],
  ] as const)('whose bare connection ends by %s has its %s at fault', async (reach, fault) => {
    const { watch, prober, beats } = senses();
    await beats(2);
    prober.dead.add(paris);
    prober.reach = reach;
    await beats(3);
    expect(watch.endpoints.fault(paris)).toBe(fault);
    expect(watch.note(paris)).toBe(`ready: timeout: no answer in time (${fault} at fault)`);
  });

  test('that takes connections and answers nothing is down all the same', async () => {
    const { watch, prober, beats } = senses();
    await beats(2);
    prober.dead.add(paris);
    prober.reach = 'connected';
    await beats(30);
    expect(watch.endpoints.of(paris).get(address)?.streaks.tcp.opinion).toBe('up');
    expect(watch.opinion(paris)).toBe('down');
  });

  test('is judged by itself, by each probe, and suspected by phi', async () => {
    const { watch, prober, clock, beats, text } = senses();
    await beats(20);
    prober.dead.add(paris);
    await beats(3);
    expect(await text()).toMatch(
      /failover_endpoint_opinion\{region="aws-paris",address="192.0.2.1",probe="ready",[^}]*\} 0/,
    );
    expect(await text()).toMatch(
      /failover_endpoint_opinion\{region="aws-paris",address="192.0.2.1",probe="golden",[^}]*\} 1/,
    );
    // Last answered at 20 s; three seconds later, with a beat of one and a deviation of half a second: four deviations.
    expect(watch.endpoints.phi(paris, address, clock.now)).toBeCloseTo(4.499_3, 3);
    expect(await text()).toMatch(/failover_phi\{region="aws-paris",[^}]*\} 4\.499/);
    expect(await text()).toMatch(/failover_phi\{region="gcp-belgium",[^}]*\} 0\.0/);
  });
});

test('what a quorum rests on can be read in the verdict', async () => {
  const bench = await controllerBench();
  await bench.beats(3);
  await losingParis(bench);
  const bearing = bench.journal.entries.findLast(
    (e) => e.kind === 'verdict' && e['region'] === paris,
  );
  expect(bearing?.['because']).toMatch(
    /vantage-dublin says down \(ready: timeout: no answer in time \(network at fault\)\)/,
  );
});

describe('a status page', () => {
  const parisIn = (bench: Bench) => statusOf(bench.controller).regions[0]!;

  test('shows each endpoint, each sense, and the canaries', async () => {
    const bench = await controllerBench();
    await bench.beats(20);
    expect(statusOf(bench.controller).canaries).toHaveLength(3);
    expect(statusOf(bench.controller).vantages[0]).toMatchObject({ counts: true, abstains: null });
    expect(parisIn(bench)).toMatchObject({
      verdict: { kind: 'up', forced: false },
      endpoints: [{ address, ready: 'up', golden: 'up', failure: null, reach: null }],
      fault: null,
      grey: [
        { source: 'ready', finding: null, count: 20 },
        { source: 'golden' },
        { source: 'users' },
      ],
    });
    expect(() => JSON.stringify(statusOf(bench.controller))).not.toThrow();
  });

  test('of a blind vantage says so, and counts it out', async () => {
    const bench = await controllerBench();
    for (const target of [one, two]) bench.canaries.lost.add(target);
    await bench.beats(5);
    expect(statusOf(bench.controller).vantages[0]).toMatchObject({
      counts: false,
      abstains: 'reaches 1 of 3 canaries, 2 needed',
    });
  });

  test('of a controller that has stopped beating shows no verdict past its shelf life', async () => {
    const bench = await controllerBench();
    await bench.beats(10);
    bench.clock.now += 5_000;
    expect(parisIn(bench).verdict).toMatchObject({ kind: 'up', validForMs: 0 });
    bench.clock.now += 1;
    expect(parisIn(bench).verdict).toMatchObject({ kind: 'unknown', why: 'expired' });
  });
});
