// I4 on real sockets: regions that are neither well nor dead. Which of them are left, and which must be kept.
import { expect } from '@jest/globals';
import { lossy } from '../../failover/lab/wire-faults.ts';
import { belgium, frankfurt, paris } from '../support/fleets.ts';
import { expectSafe } from '../support/lab/expect-safe.ts';
import { labSuite } from '../support/lab/lab-suite.ts';
import { afterProbes, left } from '../support/lab/leaving.ts';

const labTest = labSuite({ pace: 'steady', wired: [belgium] });

/** At the far end of a continent, over a bad line. */
const far = { oneWayMs: 30, jitterMs: 5, lossPercent: 5 };
const probesFarAway = 12;

labTest('a region 60 ms away that loses 5 % of its packets is kept', async (bed) => {
  const before = bed.changes.length;
  const [first = ''] = bed.vantages;
  const secondsOf = (what: 'sum' | 'count') =>
    bed.metric(first, `failover_probe_seconds_${what}`, { region: belgium, probe: 'ready' });
  const [sumBefore, countBefore] = [await secondsOf('sum'), await secondsOf('count')];
  const atFirst = await bed.wire(belgium, far.oneWayMs, far.jitterMs, far.lossPercent);
  await Promise.all(bed.vantages.map((v) => afterProbes(bed, v, belgium, probesFarAway)));
  const [sum, count] = [await secondsOf('sum'), await secondsOf('count')];
  const inTheEnd = await bed.wire(belgium, 0, 0, 0);
  expect(bed.changes.length).toBe(before);
  // The distance and the losses were real.
  const meanSeconds = (Number(sum) - Number(sumBefore)) / (Number(count) - Number(countBefore));
  expect(meanSeconds).toBeGreaterThan((2 * (far.oneWayMs - far.jitterMs)) / 1_000);
  expect(inTheEnd.lost - atFirst.lost).toBeGreaterThan(0);
});

labTest('I4: a region that is stopped, and one that reads wrongly, are both left', async (bed) => {
  await bed.peacetime();
  const since = Date.now();
  bed.process(belgium).freeze();
  bed.process(frankfurt).tell('wrong');
  const stopped = await left(bed, belgium, since);
  const misreading = await left(bed, frankfurt, since);
  console.info(`stopped: ${JSON.stringify(stopped)}; misreading: ${JSON.stringify(misreading)}`);
  bed.process(belgium).thaw();
  bed.process(frankfurt).tell('right');
  await bed.peacetime();
});

labTest('I4: a region that loses half of its packets is left', async (bed) => {
  const since = await bed.strike(...lossy(bed.address(frankfurt), 50));
  console.info(`half lost: ${JSON.stringify(await left(bed, frankfurt, since))}`);
});

labTest(
  'I4: a region that fails its users is left, though every probe of it is answered well',
  async (bed) => {
    await bed.peacetime();
    const since = Date.now();
    bed.process(paris).tell('erring');
    console.info(`erring: ${JSON.stringify(await left(bed, paris, since))}`);
    const verdict = bed
      .journal(since)
      .find((l) => l['region'] === paris && l['standing'] === 'down');
    expect(verdict?.['because']).toMatch(/grey \(users\): \d+ of \d+ answers were errors/);
    expect(bed.uploads.some(({ at, ok }) => at >= since && !ok)).toBe(true);
    bed.process(paris).tell('right');
  },
);

labTest('in all of this no record was absent, no term went back and no step was too large', (bed) =>
  expectSafe(bed),
);
