// The part of a model's graph that is trained: the same operators as in serving, with weights that a gradient may move.
import * as tf from '@tensorflow/tfjs-core';
import type { FloatTensor } from '../../engine/graph-session.ts';
import { planOf } from '../../engine/tfjs-plan.ts';
import type { Plan } from '../../engine/tfjs-plan.ts';
import { onnxWeight, weightsOf } from '../../engine/tfjs-weights.ts';
import type { OnnxModel } from '../../onnx/model.ts';

export interface TrainableGraph {
  /** By the name under which the graph uses them, in TensorFlow's layout. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** From the graph's input [n, h, w, c] to one of its tensors. Call it inside a tidy, or of a gradient. */
  compute(input: tf.Tensor, output: string): tf.Tensor;
  /** What the variables, or tensors of the same names and shapes, are in the file. */
  exported(values?: ReadonlyMap<string, tf.Tensor>): Promise<ReadonlyMap<string, FloatTensor>>;
  dispose(): void;
}

/** The backend must have been chosen. Throws `InputError` 'unsupported-operator'. */
export function trainableGraph(model: OnnxModel): TrainableGraph {
  const plan = planOf(model);
  const [input] = model.inputs;
  const initial = weightsOf(plan);
  const named = [...initial].map(([name, weight]) => [name, tf.variable(weight)] as const);
  tf.dispose([...initial.values()]);
  const variables = new Map(named);
  return {
    variables,
    compute: (x, output) => computed(plan, variables, { input: input?.name ?? '', x, output }),
    exported: (values = variables) => exported(plan, values),
    dispose: () => tf.dispose([...variables.values()]),
  };
}

interface Computation {
  readonly input: string;
  readonly x: tf.Tensor;
  readonly output: string;
}

/** Nothing is freed on the way: the gradient goes back over all of it. */
function computed(
  { steps }: Plan,
  weights: ReadonlyMap<string, tf.Tensor>,
  { input, x, output }: Computation,
): tf.Tensor {
  const values = new Map([[input, x]]);
  for (const step of steps) {
    const inputs = step.node.inputs.map((name) => values.get(name) ?? weights.get(name));
    values.set(step.output, step.compute(step.node, inputs.filter(isThere), step.clipped));
    if (step.output === output) break;
  }
  const value = values.get(output);
  if (value === undefined) throw new Error(`the graph computes no "${output}"`);
  return value;
}

const isThere = (tensor: tf.Tensor | undefined): tensor is tf.Tensor => tensor !== undefined;

async function exported({ steps }: Plan, values: ReadonlyMap<string, tf.Tensor>) {
  const weights = new Map<string, FloatTensor>();
  for (const { node } of steps)
    for (const [i, name] of node.inputs.entries()) {
      const value = values.get(name);
      if (value !== undefined && !weights.has(name))
        weights.set(name, await onnxWeight(node, i, value));
    }
  return weights;
}
