// A controller under each strategy: it leaves a dead region and comes back, widens on a mere suspicion, and changes strategies.
import { describe, expect, test } from '@jest/globals';
import type { Fleet, Strategy } from '../../fleet/fleet.ts';
import {
  addressesAt,
  isTerm,
  peacetimeIntent,
  planRecords,
  recordText,
} from '../../fleet/records.ts';
import type { RecordSet } from '../../fleet/records.ts';
import { controllerBench, losingParis, peacetimeZone, weights } from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';
import { deploymentOf, paris, production } from '../support/fleets.ts';
import { strategies, strategy } from '../support/strategies.ts';

const fleetWith = (of: Strategy): Fleet => ({ ...production, strategy: of });
const own = deploymentOf(production).addresses[paris] ?? [];
const toldOf = ({ zone }: Bench) => addressesAt(zone.records, 'aws-paris.api.evenkeel.example');
const ttlOf = ({ zone }: Bench) =>
  zone.records.flatMap((r) =>
    r.kind === 'addresses' && r.name === 'aws-paris.api.evenkeel.example' ? r.ttlSeconds : [],
  )[0];
const text = (records: readonly RecordSet[]) =>
  records
    .filter((r) => !isTerm(r))
    .map(recordText)
    .sort();
const peaceOf = (of: Strategy) =>
  text(
    planRecords(fleetWith(of), deploymentOf(production), peacetimeIntent(production), {
      number: 0,
      by: 'nobody',
    }),
  );

describe.each(strategies.filter(({ kind }) => kind !== 'literal'))('under $kind', (of) => {
  test('a dead region is left, and none of its addresses is told any more', async () => {
    const fleet = fleetWith(of);
    const bench = await controllerBench({ fleet, zone: peacetimeZone(fleet) });
    await losingParis(bench);
    expect(weights(bench)[0]).toBe(0);
    expect(toldOf(bench).filter((address) => own.includes(address))).toEqual([]);
    expect(toldOf(bench).length).toBeGreaterThan(0);
    expect(ttlOf(bench)).toBe(60);
  });
});

describe('widen', () => {
  const widen = strategy('widen');
  const widened = async () => {
    const fleet = fleetWith(widen);
    const bench = await controllerBench({ fleet, zone: peacetimeZone(fleet) });
    await bench.beats(10);
    bench.prober.dead.add(paris);
    await bench.beats(2);
    return bench;
  };

  test('tells of the standby with the first miss, for two seconds, and takes nothing away', async () => {
    const bench = await widened();
    expect(toldOf(bench)).toEqual([...own, '192.0.2.20', '192.0.2.21']);
    expect(ttlOf(bench)).toBe(2);
    expect(weights(bench)).toEqual([80, 10, 10]);
  });

  test('a false alarm is taken back, after a rest, to the byte', async () => {
    const bench = await widened();
    bench.prober.dead.clear();
    await bench.beats(30);
    expect(ttlOf(bench)).toBe(2);
    await bench.beats(100);
    expect(text(bench.zone.records)).toEqual(peaceOf(widen));
    expect(bench.zone.batches).toHaveLength(2);
  });

  test('other strategies do nothing on a suspicion', async () => {
    const bench = await controllerBench();
    await bench.beats(10);
    bench.prober.dead.add(paris);
    await bench.beats(2);
    expect(bench.zone.batches).toEqual([]);
  });

  test('a link that blinks for long does not spend the changes that are kept for leaving', async () => {
    const fleet = fleetWith(widen);
    const bench = await controllerBench({ fleet, zone: peacetimeZone(fleet) });
    for (let blink = 0; blink < 60; blink += 1) {
      bench.prober.dead.add(paris);
      await bench.beats(1);
      bench.prober.dead.clear();
      await bench.beats(9);
    }
    const { changesMax, changesReservedForLeaving } = fleet.steering;
    expect(bench.zone.batches.length).toBeGreaterThan(1);
    expect(bench.zone.batches.length).toBeLessThanOrEqual(changesMax - changesReservedForLeaving);
  });
});

test('a controller of another strategy puts the zone right after a rest, and the old one puts it back', async () => {
  const before = peaceOf(strategy('multi'));
  const zone = peacetimeZone(fleetWith(strategy('multi')));
  for (const next of [strategy('hedge'), strategy('failover'), strategy('multi')]) {
    const bench = await controllerBench({ fleet: fleetWith(next), zone });
    await bench.beats(130);
    expect(text(zone.records)).toEqual(peaceOf(next));
  }
  expect(text(zone.records)).toEqual(before);
});
