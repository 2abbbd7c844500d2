// A controller that slept: what another one has written since is not undone before that one was heard, or is gone.
import { expect, test } from '@jest/globals';
import { peacetimeIntent, planRecords } from '../../fleet/records.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { vantageId } from '../../fleet/fleet.ts';
import type { PeerReport } from '../../failover/ports.ts';
import { controllerBench, peacetimeZone, weights } from '../support/failover-ports.ts';
import { deploymentOf, paris, production } from '../support/fleets.ts';

/** Without the rules that would hold a drain back for other reasons. */
const fleet: Fleet = { ...production, steering: { ...production.steering, safetyRules: [] } };
const author = vantageId('vantage-finland');
const witness = vantageId('vantage-amsterdam');
const drain = { kind: 'drain', region: paris, reason: 'drill', actor: 'ops' } as const;

const report = (vantage: PeerReport['vantage'], orders: PeerReport['orders'] = []): PeerReport => ({
  vantage,
  ageMs: 0,
  orders,
  opinions: Object.fromEntries(fleet.regions.map(({ id }) => [id, 'up' as const])),
});

/** It knows of a drain, and the last change of the zone, which has all regions in it, is by another vantage. */
async function slept(reports: () => readonly PeerReport[]) {
  const term = { number: 41, by: author };
  const zone = peacetimeZone(fleet);
  zone.records = planRecords(fleet, deploymentOf(fleet), peacetimeIntent(fleet), term);
  const bench = await controllerBench({ fleet, zone, reports });
  await bench.controller.settings.desk.give({ ...drain, forMs: 600_000 });
  return bench;
}

test('its order waits until the author was heard, whose newer one then holds', async () => {
  let heard: readonly PeerReport[] = [report(witness)];
  const bench = await slept(() => heard);
  await bench.beats(4);
  expect(bench.controller.beat.progress).toBe('awaits-author');
  const [known] = bench.controller.settings.desk.inTransit();
  const newer = { id: 'newer', serial: known!.serial + 1, remainingMs: 600_000 };
  const restore = { ...drain, ...newer, kind: 'restore' as const };
  heard = [report(witness), report(author, [restore])];
  await bench.beats(10);
  expect(bench.zone.batches).toEqual([]);
  expect(weights(bench)).toEqual([80, 10, 10]);
});

test('an author that has heard of nothing newer is no reason to wait', async () => {
  const bench = await slept(() => [report(witness), report(author)]);
  await bench.beats(2);
  expect(weights(bench)).toEqual([0, 10, 10]);
});

test('an author that is gone is waited for no longer than an opinion keeps', async () => {
  const bench = await slept(() => [report(witness)]);
  await bench.beats(9);
  expect(weights(bench)).toEqual([0, 10, 10]);
});

test('nobody waits for an author with a region that is dead', async () => {
  const bench = await slept(() => [
    { ...report(witness), opinions: { ...report(witness).opinions, [paris]: 'down' } },
  ]);
  bench.prober.dead.add(paris);
  await bench.controller.settings.desk.give({ ...drain, kind: 'restore', forMs: 0 });
  await bench.beats(1);
  expect(bench.zone.batches).toEqual([]);
  await bench.beats(7);
  expect(weights(bench)).toEqual([0, 10, 10]);
});
