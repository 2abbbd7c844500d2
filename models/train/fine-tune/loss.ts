// What is made small: the cross-entropy of one yes/no question, or of the questions "is the grade above k?". Pure but for tensors.
import * as tf from '@tensorflow/tfjs-core';

/** [n, k] targets of 0 and 1, and the weight of each row. */
export interface Targets {
  readonly questions: number;
  /** Row by row, `questions` each. */
  readonly answers: Float32Array;
  readonly weights: Float32Array;
}

/**
 * Mean over rows and questions of the weighted cross-entropy of logits [n, k], each target moved by half the smoothing towards the
 * middle (Szegedy et al. 2016, arXiv:1512.00567, section 7). Written so that neither sign of a logit overflows.
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  { answers, weights, questions }: Targets,
  smoothing: number,
): tf.Scalar {
  const rows = weights.length;
  const target = tf.add(
    tf.mul(tf.tensor2d(answers, [rows, questions]), 1 - smoothing),
    smoothing / 2,
  );
  const each = tf.add(
    tf.sub(tf.relu(logits), tf.mul(logits, target)),
    tf.log1p(tf.exp(tf.neg(tf.abs(logits)))),
  );
  const weighted = tf.mul(each, tf.tensor2d(weights, [rows, 1]));
  return tf.div(tf.sum(weighted), questions * weights.reduce((sum, weight) => sum + weight, 0));
}
