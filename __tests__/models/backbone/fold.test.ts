// Folding changes nothing but the number of operations.
import { expect, test } from '@jest/globals';
import { foldBatchNorm } from '../../../models/backbone/fold.ts';

test('a folded convolution gives what convolution and normalisation give one after the other', () => {
  const weights = { dims: [2, 3, 1, 1], data: Float32Array.of(1, -2, 3, 0.5, 0, -1) };
  const norm = {
    gamma: Float32Array.of(1.5, -0.5),
    beta: Float32Array.of(0.25, 4),
    mean: Float32Array.of(2, -1),
    variance: Float32Array.of(4, 0),
    epsilon: 1e-3,
  };
  const folded = foldBatchNorm(weights, norm);
  const x = [0.7, -1.1, 2.5];
  const dot = (data: Float32Array, channel: number) =>
    x.reduce((sum, value, i) => sum + value * data[channel * 3 + i]!, 0);
  for (const c of [0, 1]) {
    const apart =
      (norm.gamma[c]! * (dot(weights.data, c) - norm.mean[c]!)) /
        Math.sqrt(norm.variance[c]! + norm.epsilon) +
      norm.beta[c]!;
    expect(dot(folded.weights.data, c) + folded.bias.data[c]!).toBeCloseTo(apart, 4);
  }
  expect(folded.bias.dims).toEqual([2]);
});
