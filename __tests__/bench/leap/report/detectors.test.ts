// Detectors: points of two measurements that have a rule in common.
import { expect, test } from '@jest/globals';
import { detectorPoints } from '../../../../bench/leap/report/detectors.ts';

type Drains = Parameters<typeof detectorPoints>[0];
type Peers = Parameters<typeof detectorPoints>[1];

const drain = (rule: string, drains: number, link = 'usual') => ({
  link,
  rule,
  days: 100,
  drains,
  perDay: drains / 100,
  low: 0,
  high: 0,
});
const drains: Drains = {
  results: [
    drain('evenkeel, 2 of 3 vantages', 5),
    drain('evenkeel, one vantage', 1_600),
    drain('gdnsd tuned', 400),
    drain('gdnsd tuned', 9_000, 'longer bursts'),
  ],
};
const round = (fault: string, ours: number | null, tuned: number | null) => ({
  fault,
  arms: {
    evenkeel: { detectedMs: ours, switchedMs: null },
    'gdnsd tuned': { detectedMs: tuned, switchedMs: null },
    'gdnsd eager': { detectedMs: 3_000, switchedMs: null },
  },
});
const peers = {
  earlier: [{ rounds: [round('blackhole', 2_000, 6_000)] }],
  rounds: [round('blackhole', 4_000, null), round('none', 1, 1)],
} as unknown as Peers;

test('seconds are medians of all rounds that found it, and drains are those of the usual link', () => {
  const { points } = detectorPoints(drains, peers);
  expect(points).toHaveLength(2);
  const [ours, tuned] = points;
  expect(ours).toMatchObject({ rule: 'evenkeel, 2 of 3 vantages', fault: 'blackholed', rounds: 2 });
  expect(ours?.medianSeconds).toBe(3);
  expect(ours?.perDay).toBe(0.05);
  // Garwood's interval of five events in a hundred days.
  expect(ours?.low).toBeCloseTo(0.0162, 3);
  expect(ours?.high).toBeCloseTo(0.1167, 3);
  expect(tuned).toMatchObject({ rule: 'gdnsd tuned', rounds: 1, medianSeconds: 6, perDay: 4 });
});

test('a rule that only one measurement has is left out, and said to be', () => {
  expect(detectorPoints(drains, peers).leftOut).toEqual(['evenkeel, one vantage', 'gdnsd eager']);
});
