// The watch over the pointers: a change is taken up once, a refused one is left for a minute, an unreadable one changes nothing.
import { expect, test } from '@jest/globals';
import type { ServedVersions } from '../../../models/bundle/registry.ts';
import { PointerWatch, retryMs } from '../../../services/inference/pointer-watch.ts';
import type { Renewed } from '../../../services/inference/pool/inference-pool.ts';
import { manualClock } from '../../support/manual-clock.ts';

const production = (version: string): readonly ServedVersions[] => [
  { name: 'chest', production: version, canary: null, shadow: null },
];

function bench() {
  const clock = manualClock();
  const renewals: string[] = [];
  const outcomes: (string | undefined)[] = [];
  const world = {
    found: production('1.0.0') as readonly ServedVersions[] | null,
    answer: { outcome: 'taken-up' } as Renewed,
  };
  const watch = new PointerWatch({
    async read() {
      if (world.found === null) throw new Error('half written');
      return world.found;
    },
    async renew([first]) {
      renewals.push(first!.production);
      return world.answer;
    },
    clock,
    periodMs: 5_000,
    onOutcome: (renewed) => outcomes.push(renewed?.outcome),
  });
  watch.start(world.found);
  return { watch, clock, world, renewals, outcomes };
}

test('takes a change up once, and a rollback after it', async () => {
  const { watch, clock, world, renewals } = bench();
  clock.advance(5_000);
  await new Promise(setImmediate);
  expect(renewals).toEqual([]);
  world.found = production('2.0.0');
  clock.advance(5_000);
  await new Promise(setImmediate);
  await watch.look();
  world.found = production('1.0.0');
  await watch.look();
  await watch.look();
  expect(renewals).toEqual(['2.0.0', '1.0.0']);
});

test('tries a refused change again after a minute, and another one at once', async () => {
  const { watch, clock, world, renewals } = bench();
  world.answer = { outcome: 'refused', reason: 'its golden answers' };
  world.found = production('2.0.0');
  for (let look = 0; look < 3; look++) await watch.look();
  expect(renewals).toEqual(['2.0.0']);
  clock.advance(retryMs);
  await new Promise(setImmediate);
  world.found = production('3.0.0');
  await watch.look();
  expect(renewals).toEqual(['2.0.0', '2.0.0', '3.0.0']);
});

test('says once that the pointers cannot be read, and changes nothing', async () => {
  const { watch, world, renewals, outcomes } = bench();
  world.found = null;
  for (let look = 0; look < 3; look++) await watch.look();
  world.found = production('1.0.0');
  await watch.look();
  expect([renewals, outcomes]).toEqual([[], [undefined]]);
});
