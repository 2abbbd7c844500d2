// One vantage's eyes: readiness at every beat, real readings now and then, and the worse of the two is believed.
import { describe, expect, test } from '@jest/globals';
import { controllerMetrics } from '../../failover/metrics.ts';
import { Watch } from '../../failover/watch.ts';
import { belgium, paris, production } from '../support/fleets.ts';
import { handClock, ToldCanaries, ToldProber } from '../support/failover-ports.ts';

function bench() {
  const clock = handClock();
  const prober = new ToldProber(clock);
  const metrics = controllerMetrics('vantage-dublin');
  const vantage = production.vantages[0]!.id;
  const canaries = new ToldCanaries(production);
  const watch = new Watch({ fleet: production, vantage, prober, canaries, clock, metrics });
  const beats = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      clock.now += 1_000;
      await watch.beat();
      await watch.idle();
    }
  };
  const goldenOf = (id: string) => prober.goldenAsked.filter((asked) => asked === id).length;
  return { watch, clock, prober, canaries, metrics, beats, goldenOf };
}

test('every region is probed at every beat', async () => {
  const { watch, beats } = bench();
  await beats(4);
  for (const { id } of production.regions) expect(watch.streaks(id).ready.successes).toBe(4);
});

describe('a real reading', () => {
  test('is asked for at its slow beat while all is well', async () => {
    const { beats, goldenOf } = bench();
    await beats(1);
    expect(goldenOf(paris)).toBe(1);
    await beats(14);
    expect(goldenOf(paris)).toBe(1);
    await beats(1);
    expect(goldenOf(paris)).toBe(2);
  });

  test('that is wrong three times makes a region down though it says it is ready', async () => {
    const { watch, prober, beats } = bench();
    await beats(1);
    prober.wrong.add(paris);
    await beats(14);
    expect(watch.streaks(paris).golden.failures).toBe(0);
    await beats(2);
    expect(watch.opinion(paris)).toBe('up');
    await beats(1);
    expect(watch.opinion(paris)).toBe('down');
    expect(watch.opinion(belgium)).toBe('up');
  });

  test('must be right six times before the region is up again', async () => {
    const { watch, prober, beats } = bench();
    await beats(1);
    prober.wrong.add(paris);
    await beats(18);
    expect(watch.opinion(paris)).toBe('down');
    prober.wrong.clear();
    await beats(5);
    expect(watch.opinion(paris)).toBe('unknown');
    await beats(1);
    expect(watch.opinion(paris)).toBe('up');
  });

  test('is not asked of a region that does not even answer', async () => {
    const { prober, beats, goldenOf } = bench();
    prober.dead.add(paris);
    await beats(30);
    expect(goldenOf(paris)).toBe(0);
  });

  test('that is slow holds up no beat, and a second one does not begin beside it', async () => {
    const { watch, prober, clock, goldenOf } = bench();
    let release = () => {};
    prober.goldenGate = new Promise((resolve) => {
      release = resolve;
    });
    for (let i = 0; i < 40; i += 1) {
      clock.now += 1_000;
      await watch.beat();
    }
    expect(watch.streaks(paris).ready.successes).toBe(40);
    expect(goldenOf(paris)).toBe(1);
    release();
    await watch.idle();
    expect(watch.streaks(paris).golden.successes).toBe(1);
  });

  test('that was not made because the region sheds load counts for nothing', async () => {
    const { watch, prober, beats } = bench();
    prober.shedding = true;
    await beats(60);
    expect(watch.streaks(paris).golden.opinion).toBe('unknown');
    expect(watch.opinion(paris)).toBe('up');
  });

  test('that breaks the prober itself is counted and breaks nothing else', async () => {
    const { watch, prober, metrics, beats } = bench();
    prober.goldenGate = Promise.reject(new Error('broken'));
    await beats(2);
    expect(watch.opinion(paris)).toBe('up');
    expect(await metrics.registry.metrics()).toMatch(/faults_total\{where="golden",[^}]*\} 3/);
  });
});

test('a view is as old as its last beat; before the first it is older than anything', async () => {
  const { watch, clock, beats } = bench();
  expect(watch.observation().ageMs).toBe(Infinity);
  await beats(1);
  clock.now += 250;
  expect(watch.observation().ageMs).toBe(250);
});

test('probes are counted by region, address and kind', async () => {
  const { metrics, prober, beats } = bench();
  await beats(1);
  prober.dead.add(paris);
  await beats(3);
  const text = await metrics.registry.metrics();
  expect(text).toMatch(
    /failover_probe_success\{region="aws-paris",address="192.0.2.1",probe="ready",vantage="vantage-dublin"\} 0/,
  );
  expect(text).toMatch(
    /failover_probe_success\{region="gcp-belgium",address="192.0.2.1",probe="golden",vantage="vantage-dublin"\} 1/,
  );
  expect(text).toMatch(/failover_opinion\{region="aws-paris",vantage="vantage-dublin"\} 0/);
  expect(text).toMatch(
    /failover_probe_seconds_count\{vantage="vantage-dublin",region="aws-paris",probe="ready"\} 4/,
  );
});

describe('a deadline that comes late', () => {
  const { timeoutMs } = production.probe;

  test.each([
    [timeoutMs + 200, 'down'],
    [timeoutMs + 201, 'up'],
  ] as const)('after %d ms leaves the region %s', async (tookMs, opinion) => {
    const { watch, prober, beats } = bench();
    await beats(1);
    prober.dead.add(paris);
    prober.tookMs = tookMs;
    await beats(3);
    expect(watch.opinion(paris)).toBe(opinion);
  });

  test('makes a vantage that is always late fall silent, not wrong', async () => {
    const { watch, prober, beats } = bench();
    await beats(1);
    prober.dead.add(paris);
    prober.tookMs = 5_000;
    await beats(10);
    expect(watch.observation().ageMs).toBeGreaterThan(production.steering.observationAgeMsMax);
  });
});
