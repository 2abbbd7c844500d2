// The DNS provider's API gone and back: the last answers stand, and both are said.
import { expect, test } from '@jest/globals';
import { explain, explanationText } from '../../failover/explain.ts';
import type { TimedEntry } from '../../failover/explain.ts';
import { statusOf } from '../../failover/status.ts';
import { paris } from '../support/fleets.ts';
import { controllerBench } from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';

const reachable = async ({ controller }: Bench) =>
  (
    await controller.settings.metrics.registry
      .getSingleMetric('failover_control_plane_reachable')
      ?.get()
  )?.values[0]?.value;
const said = ({ journal }: Bench) =>
  journal.entries.filter(({ kind }) => kind === 'control-plane').map((e) => e['reachable']);

test('one failed call is no loss', async () => {
  const bench = await controllerBench();
  await bench.beats(25);
  bench.zone.unreadable = true;
  await bench.beats(2);
  bench.zone.unreadable = false;
  await bench.beats(5);
  expect(said(bench)).toEqual([]);
  expect(await reachable(bench)).toBe(1);
});

test('three in a row are: status, metric and journal say so once, and nothing is changed', async () => {
  const bench = await controllerBench();
  await bench.beats(2);
  bench.zone.unreadable = true;
  await bench.beats(60);
  expect(said(bench)).toEqual([false]);
  expect(await reachable(bench)).toBe(0);
  const { controlPlane } = statusOf(bench.controller);
  expect(controlPlane).toMatchObject({
    reachable: false,
    detail: expect.stringMatching(/unreadable/),
  });
  expect(controlPlane.lostForMs).toBeGreaterThan(20_000);
  expect(bench.zone.batches).toHaveLength(0);
});

test('its return is said as well, with how long it was gone', async () => {
  const bench = await controllerBench();
  await bench.beats(2);
  bench.zone.unreadable = true;
  await bench.beats(60);
  bench.zone.unreadable = false;
  await bench.beats(60);
  expect(said(bench)).toEqual([false, true]);
  expect(bench.journal.entries.findLast(({ kind }) => kind === 'control-plane')).toMatchObject({
    lostForMs: expect.any(Number),
  });
  expect(await reachable(bench)).toBe(1);
  expect(statusOf(bench.controller).controlPlane).toEqual({
    reachable: true,
    lostForMs: null,
    detail: null,
  });
});

test('writes that nobody answers are a loss too, a refusal is not', async () => {
  const bench = await controllerBench();
  bench.zone.next = Array.from({ length: 8 }, () => ({ kind: 'refused', detail: 'no' }) as const);
  bench.others = 'duu';
  bench.prober.dead.add(paris);
  await bench.beats(40);
  expect(bench.zone.batches.length).toBeGreaterThan(2);
  expect(said(bench)).toEqual([]);
});

test('explain says what carries a failover meanwhile', () => {
  const at = '2026-11-21T12:00:00.000Z';
  const lost: TimedEntry = {
    at,
    kind: 'control-plane',
    reachable: false,
    text: 'the API of the DNS provider does not answer: the last answers stand',
  };
  const text = explanationText('dublin', explain([lost], Date.parse(at) + 1, 1_000));
  expect(text).toContain('control plane:\n    2026-11-21T12:00:00.000Z the API');
});
