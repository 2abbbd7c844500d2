// I17 and I1 on real sockets: what is published while regions are dead, and what the arm against single addresses leaves behind.
import { expect } from '@jest/globals';
import { blackhole } from '../../failover/lab/wire-faults.ts';
import { belgium, frankfurt, paris } from '../support/fleets.ts';
import { expectSafe } from '../support/lab/expect-safe.ts';
import { labSuite } from '../support/lab/lab-suite.ts';
import { afterProbes, left, seesDown } from '../support/lab/leaving.ts';
import type { Testbed } from '../support/lab/testbed.ts';

const labTest = labSuite({ pace: 'brisk' });
const probesToLast = 6;

const served = (bed: Testbed): Readonly<Record<string, readonly string[]>> =>
  bed.views.at(-1)?.addresses ?? {};

const servedAs = (bed: Testbed, addressesOf: (region: string) => readonly string[]) =>
  bed.until('it is served', () =>
    bed.fleet.regions.every(
      ({ id }) => String(served(bed)[id]) === String([...addressesOf(id)].sort()),
    )
      ? true
      : null,
  );

labTest(
  'I17: with two regions dead every set leads to the third one, and to it alone',
  async (bed) => {
    const dead = [paris, belgium];
    const since = await bed.strike(...dead.flatMap((region) => blackhole(bed.address(region))));
    for (const region of dead) await left(bed, region, since);
    await servedAs(bed, () => [bed.address(frankfurt)]);

    // I1: with the last one gone too, nothing is better than what stands.
    const before = bed.changes.length;
    const all = bed.fleet.regions.map(({ id }) => id);
    await bed.strike(...all.flatMap((region) => blackhole(bed.address(region))));
    for (const vantage of bed.vantages) await seesDown(bed, vantage, all);
    await Promise.all(bed.vantages.map((v) => afterProbes(bed, v, frankfurt, probesToLast)));
    expect(bed.changes.length).toBe(before);
    for (const region of all) expect(served(bed)[region]).toEqual([bed.address(frankfurt)]);
    await bed.heal();
    await bed.peacetime();
  },
);

labTest(
  'I17: the arm is taken off and put on again, and the zone is as before to the byte',
  async (bed) => {
    const before = await bed.zoneText();
    const [hedged = []] = Object.values(served(bed));
    expect(hedged.length).toBe(2);
    await bed.restartVantages({ EVENKEEL_LAB_STRATEGY: 'single' });
    await servedAs(bed, (region) => [bed.address(region)]);
    expect(await bed.zoneText()).not.toBe(before);
    await bed.restartVantages();
    await bed.until('the arm is on again', () =>
      Object.values(served(bed)).every((set) => set.length === 2) ? true : null,
    );
    expect(await bed.zoneText()).toBe(before);
  },
);

labTest('in all of this no record was absent, no term went back and no step was too large', (bed) =>
  expectSafe(bed),
);
