// Folds a batch normalisation, frozen after training, into the convolution before it: one multiply-add less per value.
import type { Floats } from '../onnx/graph-builder.ts';

export interface BatchNorm {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/**
 * gamma * (conv(x) - mean) / sqrt(variance + epsilon) + beta, per output channel, as one convolution with a bias.
 * Computed in double precision and rounded once.
 */
export function foldBatchNorm(
  weights: Floats,
  norm: BatchNorm,
): { readonly weights: Floats; readonly bias: Floats } {
  const channels = weights.dims[0] ?? 0;
  const perChannel = weights.data.length / channels;
  const scale = Float64Array.from(
    { length: channels },
    (_, c) => (norm.gamma[c] ?? 0) / Math.sqrt((norm.variance[c] ?? 0) + norm.epsilon),
  );
  const data = weights.data.map((value, i) => value * (scale[Math.floor(i / perChannel)] ?? 0));
  const bias = Float32Array.from(scale, (s, c) => (norm.beta[c] ?? 0) - s * (norm.mean[c] ?? 0));
  return { weights: { dims: weights.dims, data }, bias: { dims: [channels], data: bias } };
}
