// What three controllers see and do when the network really fails: I2, I4, I5, I13 and I17, and how long it takes.
import { expect } from '@jest/globals';
import { blackhole, lossy } from '../../failover/lab/wire-faults.ts';
import type { WireFault } from '../../failover/lab/wire-faults.ts';
import { expectSafe, stepsOf } from '../support/lab/expect-safe.ts';
import { labSuite, roundsOr } from '../support/lab/lab-suite.ts';
import { pause } from '../support/lab/testbed.ts';
import type { Testbed } from '../support/lab/testbed.ts';
import { belgium, frankfurt, paris } from '../support/fleets.ts';

/**
 * Three misses at 1 s with a deadline of 0.8 s are 2.8 to 3.8 s (refused: 2 to 3 s); the other vantages' views arrive with
 * the next beat, and two busy cores are late by some tenths. Medians over many rounds are published, not asserted.
 */
const marginMs = 2_000;
const blackholeMsMax = 4_000 + marginMs;
const refusalMsMax = 3_000 + marginMs;
/** From a verdict to the first answer of a name server: two calls of the API and the provider's 0.3 s. */
const publishMsMax = 3_000;

const labTest = labSuite({ pace: 'steady', wired: [belgium] });

/** Everything between some vantages and a region is dropped, both ways. */
const blinded = (bed: Testbed, vantages: readonly string[], region: string): readonly WireFault[] =>
  vantages.flatMap((vantage): WireFault[] => [
    { kind: 'drop', from: bed.address(vantage), to: bed.address(region) },
    { kind: 'drop', from: bed.address(region), to: bed.address(vantage) },
  ]);

const seesDown = async (bed: Testbed, vantage: string, regions: readonly string[]) => {
  for (;;) {
    await pause(500);
    const metrics = await bed.metrics(vantage);
    const isDown = (region: string) =>
      new RegExp(`^failover_opinion\\{region="${region}".*\\} 0$`, 'm').test(metrics);
    if (regions.every(isDown)) return;
  }
};

/** When the first quorum found the region down, when the provider took the batch, and when a name server served it. */
async function left(bed: Testbed, region: string, since: number) {
  const batch = await bed.until(`${region} is left`, () =>
    bed.changes.find((b) => b.at >= since && b.weights[region] === 0),
  );
  const view = await bed.until('the change is served', () =>
    bed.views.find((v) => v.term === batch.to),
  );
  const verdict = bed
    .journal(since)
    .find((l) => l.kind === 'verdict' && l['region'] === region && l['standing'] === 'down');
  return {
    detectedMs: (verdict?.at ?? Number.NaN) - since,
    acceptedMs: batch.at - since,
    servedMs: view.at - since,
  };
}

const figures = (what: string, rounds: readonly object[]) =>
  console.info(`${what}: ${rounds.map((round) => JSON.stringify(round)).join(' ')}`);

labTest('I2: what one vantage cannot see is not left; what two cannot see is', async (bed) => {
  const [first = '', second = '', third = ''] = bed.vantages;
  await bed.strike(...blinded(bed, [first], paris));
  await seesDown(bed, first, [paris]);
  await pause(2_000);
  expect(bed.changes).toEqual([]);
  expect(bed.weights[paris]).toBe(80);

  const since = await bed.strike(...blinded(bed, [first, second], paris));
  await left(bed, paris, since);
  const verdict = bed.journal(since).find((l) => l['standing'] === 'down');
  expect(verdict?.['because']).toMatch(new RegExp(`${third} says up`));
  expect(verdict?.['because']).toMatch(new RegExp(`${first} says down`));
  await bed.heal();
  await bed.peacetime();
});

labTest(
  'a blackholed primary is left in time, by one batch, and no careful client loses anything',
  async (bed) => {
    const rounds = [];
    for (let round = 0; round < roundsOr(1); round += 1) {
      await bed.peacetime();
      const before = bed.views[0]?.addresses;
      await bed.holdInClient(bed.address(paris));
      const stepsBefore = stepsOf(bed).length;
      const since = await bed.strike(...blackhole(bed.address(paris)));
      const times = await left(bed, paris, since);
      rounds.push(times);
      expect(times.detectedMs).toBeLessThan(blackholeMsMax);
      expect(times.servedMs - times.detectedMs).toBeLessThan(publishMsMax);

      const healed = await bed.heal();
      await bed.peacetime();
      const returned = stepsOf(bed).slice(stepsBefore);
      // I13: in steps, each from the one before.
      expect(returned.map((weights) => weights[paris])).toEqual([0, 8, 32, 56, 80]);
      // I17: a set that held the dead address held a living one too, and in the end everything is as it was.
      const whileDead = bed.views.filter(({ at }) => at >= since && at < healed);
      for (const { addresses } of whileDead)
        for (const set of Object.values(addresses))
          expect(set.filter((a) => a !== bed.address(paris)).length).toBeGreaterThan(0);
      expect(Object.values(whileDead.at(-1)?.addresses ?? {}).flat()).not.toContain(
        bed.address(paris),
      );
      const restored = await bed.until('the last step is served', () =>
        bed.views.findLast((v) => v.term === bed.changes.at(-1)?.to),
      );
      expect(restored.addresses).toEqual(before);

      const uploads = bed.uploads.filter(({ at }) => at >= since && at < healed);
      const failed = (policy: string) => uploads.filter((u) => u.policy === policy && !u.ok);
      expect(failed('every')).toEqual([]);
      // The harness sees losses: a client that tries one address only has some.
      expect(failed('first').length).toBeGreaterThan(0);
    }
    figures('blackhole, ms', rounds);
  },
  600_000,
);

labTest(
  'kill -9 and a firewall that resets are found within seconds',
  async (bed) => {
    const rounds = [];
    for (let round = 0; round < roundsOr(1); round += 1) {
      await bed.peacetime();
      const killed = Date.now();
      await bed.process(frankfurt).kill();
      const times = await left(bed, frankfurt, killed);
      expect(times.detectedMs).toBeLessThan(refusalMsMax);
      await bed.process(frankfurt).start();

      const reset = await bed.strike({ kind: 'reset', to: bed.address(belgium) });
      const timesOfReset = await left(bed, belgium, reset);
      expect(timesOfReset.detectedMs).toBeLessThan(refusalMsMax);
      await bed.heal();
      rounds.push({ killed: times, reset: timesOfReset });
    }
    figures('refused, ms', rounds);
    await bed.peacetime();
  },
  600_000,
);

labTest('I5: a vantage that hears nothing from any region leaves none of them', async (bed) => {
  await bed.peacetime();
  const [deaf = '', ...others] = bed.vantages;
  const regions = bed.fleet.regions.map(({ id }) => id);
  const before = bed.changes.length;
  const silence = (from: string): WireFault => ({
    kind: 'drop',
    from: bed.address(from),
    to: bed.address(deaf),
  });
  await bed.strike(...regions.map(silence));
  await seesDown(bed, deaf, regions);
  await pause(2_000);
  expect(bed.changes.length).toBe(before);

  // Nor does it when it cannot hear that the others disagree.
  const since = await bed.strike(...[...regions, ...others].map(silence));
  await bed.until('it counts for nobody but itself', () =>
    bed.journal(since).find((l) => l.vantage === deaf && l['standing'] === 'unknown'),
  );
  await pause(2_000);
  expect(bed.changes.length).toBe(before);
  await bed.heal();
});

labTest('a region 60 ms away that loses 5 % of its packets is kept', async (bed) => {
  await bed.peacetime();
  const before = bed.changes.length;
  bed.wire(belgium, 30, 5, 5);
  await pause(12_000);
  bed.wire(belgium, 0, 0, 0);
  expect(bed.changes.length).toBe(before);
});

labTest('I4: a region that is frozen, and one that reads wrongly, are both left', async (bed) => {
  await bed.peacetime();
  const since = Date.now();
  bed.process(belgium).freeze();
  bed.process(frankfurt).tell('wrong');
  figures('grey, ms', [
    { frozen: await left(bed, belgium, since), wrong: await left(bed, frankfurt, since) },
  ]);
  bed.process(belgium).thaw();
  bed.process(frankfurt).tell('right');
  await bed.peacetime();
});

labTest('I4: a region that loses half of its packets is left', async (bed) => {
  const since = await bed.strike(...lossy(bed.address(frankfurt), 50));
  figures('half lost, ms', [await left(bed, frankfurt, since)]);
  await bed.heal();
  await bed.peacetime();
});

labTest(
  'control: with every controller frozen the harness sees that nobody leaves',
  async (bed) => {
    for (const vantage of bed.vantages) bed.process(vantage).freeze();
    const before = bed.changes.length;
    const since = await bed.strike(...blackhole(bed.address(frankfurt)));
    await pause(blackholeMsMax + publishMsMax);
    expect(bed.changes.length).toBe(before);
    for (const vantage of bed.vantages) bed.process(vantage).thaw();
    await left(bed, frankfurt, since);
  },
);

labTest('in all of this no record was absent, no term went back and no step was too large', (bed) =>
  expectSafe(bed),
);
