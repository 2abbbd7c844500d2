// Runs the very same ONNX file with TensorFlow.js: weights are turned to its layout once, then step after step is computed.
import * as tf from '@tensorflow/tfjs-core';
import { InputError } from '../../fleet/errors.ts';
import { decodeModel } from '../onnx/file.ts';
import type { OnnxNode } from '../onnx/model.ts';
import type { FloatTensor, GraphSession } from './graph-session.ts';
import { unsupported } from './tfjs-operators.ts';
import { planOf } from './tfjs-plan.ts';
import type { Step } from './tfjs-plan.ts';
import { tensorOf, weightsOf } from './tfjs-weights.ts';

const fromNchw = [0, 2, 3, 1];
const toNchw = [0, 3, 1, 2];

type Weights = ReadonlyMap<string, tf.Tensor>;

/** The backend must have been chosen. Throws `InputError` 'model-invalid' | 'unsupported-operator'. */
export async function openTfjsSession(modelBytes: Uint8Array): Promise<GraphSession> {
  const plan = planOf(decodeModel(modelBytes));
  const weights = weightsOf(plan);
  return {
    async run(input, outputs) {
      const results = tf.tidy(() => compute(plan.steps, weights, { input, outputs }));
      try {
        return await Promise.all(results.map(floatsOf));
      } finally {
        tf.dispose(results);
      }
    },
    async close() {
      for (const weight of weights.values()) weight.dispose();
    },
  };
}

interface Request {
  readonly input: FloatTensor & { readonly name: string };
  readonly outputs: readonly string[];
}

/** Runs inside a tidy; each value goes as soon as its last user has run, so that memory stays that of a few layers. */
function compute(steps: readonly Step[], weights: Weights, request: Request): tf.Tensor[] {
  const { input, outputs } = request;
  const given = tensorOf(input);
  const x = input.dims.length === 4 ? tf.transpose(given, fromNchw) : given;
  const values = new Map([[input.name, x]]);
  const lastUse = new Map(steps.flatMap(({ node }, i) => node.inputs.map((name) => [name, i])));
  for (const [i, { node, compute: operator, output, clipped }] of steps.entries()) {
    const inputs = node.inputs.map((name) => values.get(name) ?? weights.get(name));
    values.set(output, operator(node, inputs.filter(isComputed(node)), clipped));
    for (const name of new Set(node.inputs)) {
      if (lastUse.get(name) !== i || outputs.includes(name)) continue;
      values.get(name)?.dispose();
      values.delete(name);
    }
  }
  return outputs.map((name) => {
    const value = values.get(name);
    if (value === undefined) throw missingOutput(name);
    return value.rank === 4 ? tf.transpose(value, toNchw) : value;
  });
}

const isComputed =
  (node: OnnxNode) =>
  (input: tf.Tensor | undefined): input is tf.Tensor => {
    if (input === undefined) throw unsupported(node, 'needs inputs that were computed before it');
    return true;
  };

const missingOutput = (name: string) =>
  new InputError('model-invalid', {
    found: `The model computes no "${name}"`,
    why: 'The manifest names it as an output',
    remedy: 'Restore the bundle from the registry, or train the model again',
  });

async function floatsOf(tensor: tf.Tensor): Promise<FloatTensor> {
  return { dims: tensor.shape, data: await tensor.data<'float32'>() };
}
