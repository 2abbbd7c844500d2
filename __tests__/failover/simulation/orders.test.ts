// Freezes, gates and too little capacity in the simulated world: what they hold there, and what they must never hold.
import { expect, jest, test } from '@jest/globals';
import { vantageId } from '../../../fleet/fleet.ts';
import { phaseChanges } from '../../../failover/core/phase-changes.ts';
import type { Phase } from '../../../failover/core/phase.ts';
import type { Fault } from '../../../failover/simulation/faults.ts';
import { plannedFaults } from '../../../failover/simulation/simulate.ts';
import { World } from '../../../failover/simulation/world.ts';
import { belgium, paris, production } from '../../support/fleets.ts';

const minutes = (count: number) => count * 60_000;
const at = vantageId('vantage-dublin');

jest.setTimeout(minutes(4));

async function lived(faults: readonly Fault[], forMs: number) {
  const applied: string[] = [];
  const world = new World({
    fleet: production,
    seed: 7,
    faults: [...faults].sort((a, b) => a.atMs - b.atMs),
    onEvent: (atMs, text) => {
      const [, weights] = /applied by \S+: (.*)/.exec(text) ?? [];
      if (weights !== undefined) applied.push(`${Math.floor(atMs / 60_000)} ${weights}`);
    },
  });
  const { violations } = await world.run(forMs);
  return {
    world,
    applied: applied.map((text) => text.replaceAll(/[a-z-]+ (\d+)/g, '$1')),
    violations,
  };
}

const dead = (region: typeof paris, from: number, forMin: number): Fault => ({
  kind: 'region',
  region,
  how: 'dead',
  atMs: minutes(from),
  forMs: minutes(forMin),
});

test('a freeze given at one vantage holds all three: a drain waits for its end, a dead region is left', async () => {
  const { applied, violations, world } = await lived(
    [
      { kind: 'freeze', at, atMs: minutes(1), forMs: minutes(12) },
      { kind: 'drain', region: belgium, at, atMs: minutes(2), forMs: minutes(20) },
      dead(paris, 4, 1),
    ],
    minutes(16),
  );
  expect(violations).toEqual([]);
  // Paris is well again after five minutes and its hold-off over after ten: nothing happens before the thirteenth,
  // and then both at once.
  expect(applied).toEqual(['4 0, 10, 10', '13 8, 0, 10', '15 32, 0, 10']);
  expect(world.phases.counts.get('FROZEN > DOWN')).toBe(3);
});

test('behind a gate nobody returns, and whoever dies is left', async () => {
  const off: Fault = {
    kind: 'gate-off',
    gate: 'returns',
    at,
    atMs: minutes(1),
    forMs: minutes(14),
  };
  const { applied, violations } = await lived([dead(paris, 2, 1), off], minutes(18));
  expect(violations).toEqual([]);
  expect(applied).toEqual(['2 0, 10, 10', '15 8, 10, 10', '17 32, 10, 10']);
});

test('with the automatic gate off a dead region stays until somebody orders it left', async () => {
  const off: Fault = {
    kind: 'gate-off',
    gate: 'automatic',
    at,
    atMs: minutes(1),
    forMs: minutes(9),
  };
  const drain: Fault = { kind: 'drain', region: paris, at, atMs: minutes(5), forMs: minutes(9) };
  const { applied, violations } = await lived([off, dead(paris, 2, 6), drain], minutes(9));
  expect(violations).toEqual([]);
  expect(applied).toEqual(['5 0, 10, 10']);
});

test('survivors that are short of capacity are not given a second region by order, but by its death', async () => {
  const surge: Fault = { kind: 'surge', times: 3, atMs: minutes(1), forMs: minutes(20) };
  const drain: Fault = { kind: 'drain', region: belgium, at, atMs: minutes(8), forMs: minutes(4) };
  const faults = [surge, dead(paris, 2, 18), drain];
  const held = await lived(faults, minutes(11));
  expect(held.violations).toEqual([]);
  expect(held.applied).toEqual(['2 0, 10, 10']);
  const struck = await lived([...faults, dead(belgium, 11, 5)], minutes(12));
  expect(struck.violations).toEqual([]);
  expect(struck.applied.at(-1)).toBe('11 0, 0, 10');
});

test('with the usual work the same drain is obeyed', async () => {
  const drain: Fault = { kind: 'drain', region: belgium, at, atMs: minutes(8), forMs: minutes(4) };
  const { applied } = await lived([dead(paris, 2, 18), drain], minutes(9));
  expect(applied).toEqual(['2 0, 10, 10', '8 0, 0, 10']);
});

test('every change of phase that was seen in days of faults is one that something alone explains', async () => {
  const counts = new Map<string, number>();
  for (const seed of [21]) {
    const faults = plannedFaults({ fleet: production, seed, hours: 24, calmHours: 3 });
    const world = new World({ fleet: production, seed, faults });
    await world.run(minutes(24 * 60));
    for (const [pair, count] of world.phases.counts)
      counts.set(pair, (counts.get(pair) ?? 0) + count);
  }
  const unexplained = [...counts.keys()].filter((pair) => {
    const [from, to] = pair.split(' > ') as [Phase, Phase];
    return phaseChanges[from][to].length === 0;
  });
  expect(counts.size).toBeGreaterThan(15);
  expect(unexplained).toEqual([]);
});
