// What three controllers see and do when the network really fails: I2, I13 and I17, and how long it takes.
import { expect } from '@jest/globals';
import { blackhole } from '../../failover/lab/wire-faults.ts';
import { belgium, frankfurt, paris } from '../support/fleets.ts';
import { expectSafe, stepsOf } from '../support/lab/expect-safe.ts';
import { labSuite, roundsOr } from '../support/lab/lab-suite.ts';
import { afterProbes, blinded, expectInTime, left, seesDown } from '../support/lab/leaving.ts';
import type { Leaving } from '../support/lab/leaving.ts';
import { median, recorded } from '../support/lab/recorded.ts';
import type { Testbed } from '../support/lab/testbed.ts';

/**
 * Three misses at 1 s with a deadline of 0.8 s are 2.8 to 3.8 s (refused: 2 to 3 s), and the second vantage's view is heard
 * with the next beat: a single round may take one beat more than the objective, which is for the median.
 */
const beatMs = 1_000;
const blackholeMsMax = 4_000;
const refusalMsMax = 3_000;
/** From a verdict to the first answer of a name server: two calls of the API and the provider's 0.3 s. */
const publishMsMax = 3_000;
/** What is claimed to last must have lasted twice as many probes as would condemn. */
const probesToLast = 6;

const labTest = labSuite({ pace: 'steady' });
const rounds = roundsOr(1);

const figuresOf = (leavings: readonly Leaving[], objectiveMs: number) => {
  const detected = leavings.map(({ detectedMs }) => detectedMs);
  const medianMs = median(detected);
  return {
    n: leavings.length,
    medianMs,
    maxMs: Math.max(...detected),
    beats: Math.round((medianMs / beatMs) * 100) / 100,
    medianServedMs: median(leavings.map(({ servedMs }) => servedMs)),
    objectiveMs,
  };
};

/** The objective holds for the median; a few rounds have none worth the name. */
function expectObjective(what: string, leavings: readonly Leaving[], objectiveMs: number): void {
  const figures = figuresOf(leavings, objectiveMs);
  recorded(`detection-${what}`, figures, leavings);
  for (const { detectedMs, stolenMs } of leavings)
    expectInTime(what, detectedMs, objectiveMs + beatMs, stolenMs);
  if (leavings.length >= 10)
    expectInTime(what, figures.medianMs, objectiveMs, median(leavings.map((l) => l.stolenMs)));
}

labTest('I2: what one vantage cannot see is not left; what two cannot see is', async (bed) => {
  const [first = '', second = '', third = ''] = bed.vantages;
  await bed.strike(...blinded(bed, [first], paris));
  await seesDown(bed, first, [paris]);
  await afterProbes(bed, first, paris, probesToLast);
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

/** I13 and I17 in one recovery: everything that was published while the region was dead, and how it came back. */
async function expectCarefulReturn(bed: Testbed, since: number, zoneBefore: string): Promise<void> {
  const dead = bed.address(paris);
  const stepsBefore = stepsOf(bed).length;
  const whileDead = bed.views.filter(({ at }) => at >= since);
  for (const { addresses } of whileDead)
    for (const set of Object.values(addresses))
      expect(set.filter((address) => address !== dead).length).toBeGreaterThan(0);
  expect(Object.values(whileDead.at(-1)?.addresses ?? {}).flat()).not.toContain(dead);
  await bed.heal();
  await bed.peacetime();
  const steps = stepsOf(bed).slice(stepsBefore - 1);
  expect(steps.map((weights) => weights[paris])).toEqual([0, 8, 32, 56, 80]);
  expect(await bed.zoneText()).toBe(zoneBefore);
}

labTest(
  'a blackholed primary is left in time, by one batch, and no careful client loses anything',
  async (bed) => {
    const leavings: Leaving[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await bed.peacetime();
      const zoneBefore = await bed.zoneText();
      await bed.holdInClient(bed.address(paris));
      const changesBefore = bed.changes.length;
      const since = await bed.strike(...blackhole(bed.address(paris)));
      const leaving = await left(bed, paris, since);
      leavings.push(leaving);
      expectInTime(
        'publishing',
        leaving.servedMs - leaving.detectedMs,
        publishMsMax,
        leaving.stolenMs,
      );
      expect(bed.changes.length).toBe(changesBefore + 1);
      await expectCarefulReturn(bed, since, zoneBefore);

      const uploads = bed.uploads.filter(({ at }) => at >= since);
      const failed = (policy: string) => uploads.filter((u) => u.policy === policy && !u.ok);
      expect(failed('every')).toEqual([]);
      // The harness sees losses: a client that tries one address only has some.
      expect(failed('first').length).toBeGreaterThan(0);
    }
    expectObjective('blackhole', leavings, blackholeMsMax);
  },
  60_000 + rounds * 120_000,
);

labTest(
  'kill -9 and a firewall that resets are found within seconds',
  async (bed) => {
    const leavings: Leaving[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await bed.peacetime();
      const killed = Date.now();
      await bed.process(frankfurt).kill();
      leavings.push(await left(bed, frankfurt, killed));
      await bed.process(frankfurt).start();

      const reset = await bed.strike({ kind: 'reset', to: bed.address(belgium) });
      leavings.push(await left(bed, belgium, reset));
      await bed.heal();
    }
    expectObjective('refusal', leavings, refusalMsMax);
    await bed.peacetime();
  },
  60_000 + rounds * 120_000,
);

labTest(
  'control: with every controller frozen the harness sees that nobody leaves',
  async (bed) => {
    await bed.peacetime();
    for (const vantage of bed.vantages) bed.process(vantage).freeze();
    const before = bed.changes.length;
    const since = await bed.strike(...blackhole(bed.address(frankfurt)));
    const leaves = () => bed.changes[before];
    const inTimeMs = blackholeMsMax + publishMsMax;
    await expect(bed.until('nobody leaves', leaves, inTimeMs)).rejects.toThrow(/not within/);
    for (const vantage of bed.vantages) bed.process(vantage).thaw();
    await left(bed, frankfurt, since);
  },
);

labTest('in all of this no record was absent, no term went back and no step was too large', (bed) =>
  expectSafe(bed),
);
