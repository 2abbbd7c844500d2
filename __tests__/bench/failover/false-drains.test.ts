// The simulated days: nothing is left where nothing is lost, a quorum is safer than one vantage, and a run repeats itself.
import { expect, test } from '@jest/globals';
import { gdnsdArms } from '../../../bench/failover/arms.ts';
import { gdnsdDrains, quorumDrains, withOneVantage } from '../../../bench/failover/false-drains.ts';
import { fleetFor } from '../../../fleet/environments.ts';

const fleet = fleetFor('production');
const arms = gdnsdArms(fleet.probe);
const link = { lossShare: 0.02, burstLossShare: 1, burstsPerHour: 4, burstMsMean: 1_500 };
const perfect = { ...link, lossShare: 0, burstsPerHour: 0 };
const dead = { ...perfect, lossShare: 1 };

test('nobody leaves a region whose links lose nothing', () => {
  const settings = { link: perfect, days: 1, seed: 1 };
  expect(quorumDrains(fleet, settings)).toEqual({ verdicts: 0, drains: 0 });
  expect(quorumDrains(withOneVantage(fleet), settings)).toEqual({ verdicts: 0, drains: 0 });
  for (const thresholds of Object.values(arms))
    expect(gdnsdDrains(thresholds, settings)).toEqual({ verdicts: 0, drains: 0 });
});

test('everybody leaves a region that nobody reaches, once: the count is no constant', () => {
  const settings = { link: dead, days: 0.02, seed: 1 };
  expect(quorumDrains(fleet, settings)).toEqual({ verdicts: 1, drains: 1 });
  for (const thresholds of Object.values(arms))
    expect(gdnsdDrains(thresholds, settings)).toEqual({ verdicts: 1, drains: 1 });
});

test('on lossy links one vantage leaves far more often than two of three', () => {
  const settings = { link, days: 4, seed: 1 };
  const alone = quorumDrains(withOneVantage(fleet), settings).drains;
  expect(alone).toBeGreaterThan(30);
  expect(quorumDrains(fleet, settings).drains).toBeLessThan(alone / 10);
});

test('a seed repeats its days', () => {
  const settings = { link, days: 1, seed: 9 };
  const once = quorumDrains(withOneVantage(fleet), settings);
  expect(quorumDrains(withOneVantage(fleet), settings)).toEqual(once);
});
