// The population stability index against values worked out by hand, and the deciles it is taken over.
import { expect, test } from '@jest/globals';
import { binOf, referenceOf, stabilityIndex } from '../../../models/drift/stability.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';

const upTo = (n: number) => Float64Array.from({ length: n }, (_, i) => i + 1);
const many = 1e9;

test('the reference of a hundred different logits is its deciles, a tenth in each', () => {
  const { readings, bins } = referenceOf({ logit: upTo(100) });
  expect(readings).toBe(100);
  expect(bins).toEqual([
    {
      of: 'logit',
      edges: [10, 20, 30, 40, 50, 60, 70, 80, 90],
      shares: Array.from({ length: 10 }, () => 0.1),
    },
  ]);
});

test('values that repeat share a bin, and its share says so', () => {
  const [bins] = referenceOf({ logit: [1, 1, 1, 1, 1, 1, 2, 3, 4, 5] }).bins;
  expect(bins).toEqual({ of: 'logit', edges: [1, 2, 3, 4], shares: [0.6, 0.1, 0.1, 0.1, 0.1] });
});

test('a value on an edge belongs below it; no number belongs nowhere', () => {
  expect([0, 10, 11, 21, Number.NaN].map((value) => binOf([10, 20], value))).toEqual([
    0, 0, 1, 2, -1,
  ]);
});

test('is 0 for the same shares, and (0.75 - 0.5) ln 3 for three quarters beside a half', () => {
  const halves = { shares: [0.5, 0.5] };
  const index = (a: number, b: number) =>
    stabilityIndex(halves, { readings: many }, [a * many, b * many]);
  expect(index(0.5, 0.5)).toBeCloseTo(0, 9);
  // 0.25 ln(0.75 / 0.5) - 0.25 ln(0.25 / 0.5) = 0.25 ln 3
  expect(index(0.75, 0.25)).toBeCloseTo(0.25 * Math.log(3), 6);
});

test('stays finite over an empty bin', () => {
  const index = stabilityIndex({ shares: [0.5, 0.5] }, { readings: 100 }, [100, 0]);
  expect(index).toBeGreaterThan(1);
  expect(Number.isFinite(index)).toBe(true);
});

test('passes readings of the same kind, and tells those that lie half a deviation higher', () => {
  const random = seededRandom(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const drawn = (n: number, mean: number) =>
    Float64Array.from({ length: n }, () => mean + normal());
  const reference = referenceOf({ logit: drawn(1_000, 0) });
  const indexOf = (mean: number) => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const value of drawn(500, mean)) counts[binOf(reference.bins[0]!.edges, value)]! += 1;
    return stabilityIndex(reference.bins[0]!, reference, counts);
  };
  expect(indexOf(0)).toBeLessThan(0.1);
  expect(indexOf(0.5)).toBeGreaterThan(0.15);
});
