// The way back up is a short list of whole weights.
import { expect, test } from '@jest/globals';
import { nextWeight, stepWeights } from '../../fleet/restore-steps.ts';
import { paris, production, withRegion } from '../support/fleets.ts';

const withWeight = (weight: number) => withRegion(production, paris, { weight });
const region = (weight: number) => withWeight(weight).regions[0]!;

test.each([
  [80, [8, 32, 56, 80]],
  [10, [1, 4, 7, 10]],
  [30, [3, 12, 21, 30]],
  [2, [1, 2]],
  [1, [1]],
  [0, [0]],
])('a region of weight %i returns through %j', (weight, steps) => {
  expect(stepWeights(region(weight), production)).toEqual(steps);
});

test.each([
  [0, 8],
  [5, 8],
  [8, 32],
  [79, 80],
  [80, 80],
  [100, 100],
])('from %i the next weight of 80 is %i', (current, next) => {
  expect(nextWeight(region(80), current, production)).toBe(next);
});
