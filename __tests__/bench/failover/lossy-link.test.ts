// The lossy link loses as much as it is told, in bursts as often and as long as it is told.
import { expect, test } from '@jest/globals';
import { LossyLink } from '../../../bench/failover/lossy-link.ts';
import { chanceFrom } from '../../../failover/simulation/seeded-chance.ts';

const calm = { lossShare: 0, burstLossShare: 1, burstsPerHour: 0, burstMsMean: 1_500 };

function lossesOf(settings: typeof calm, everyMs: number, hours: number, seed = 1) {
  const link = new LossyLink(settings, chanceFrom(seed));
  const probes = (hours * 3_600_000) / everyMs;
  return Array.from({ length: probes }, (_, i) => link.loses(i * everyMs));
}

const shareOf = (losses: readonly boolean[]) => losses.filter(Boolean).length / losses.length;

test('a link without loss loses nothing', () => {
  expect(lossesOf(calm, 1_000, 10)).not.toContain(true);
});

test('independent loss has its share, and its runs are as short as chance makes them', () => {
  const losses = lossesOf({ ...calm, lossShare: 0.1 }, 1_000, 100);
  expect(shareOf(losses)).toBeCloseTo(0.1, 2);
  const inRuns = losses.filter((lost, i) => lost && losses[i + 1] === true).length;
  expect(inRuns / losses.length).toBeCloseTo(0.01, 2);
});

test('bursts come as often and last as long as they are told, at any beat', () => {
  const settings = { ...calm, burstsPerHour: 60, burstMsMean: 4_000 };
  // 60 bursts of 4 s and calms of 60 s on average: 4 of 64.
  expect(shareOf(lossesOf(settings, 1_000, 300))).toBeCloseTo(4 / 64, 2);
  expect(shareOf(lossesOf(settings, 2_000, 300))).toBeCloseTo(4 / 64, 2);
  const losses = lossesOf(settings, 500, 200);
  const starts = losses.filter((lost, i) => lost && losses[i - 1] !== true).length;
  expect(starts / 200).toBeCloseTo(3_600 / 64, -1);
});

test('the same seed loses the same probes, another seed others', () => {
  const settings = { ...calm, lossShare: 0.02, burstsPerHour: 4 };
  expect(lossesOf(settings, 1_000, 5, 7)).toEqual(lossesOf(settings, 1_000, 5, 7));
  expect(lossesOf(settings, 1_000, 5, 7)).not.toEqual(lossesOf(settings, 1_000, 5, 8));
});
