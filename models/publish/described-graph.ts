// What a model's graph says of itself: its input, its outputs by what they are, and that both engines can compute it.
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { planOf } from '../engine/tfjs-plan.ts';
import type { OnnxModel, OnnxNode, OnnxValue } from '../onnx/model.ts';

export interface DescribedGraph {
  /** With a free number of samples, ending in the logit. */
  readonly model: OnnxModel;
  readonly tensor: string;
  /** Of one sample: [channels, height, width] or [columns]. */
  readonly shape: readonly number[];
  readonly outputs: BundleManifest['outputs'];
}

/** `InputError` 'model-shape' | 'unsupported-operator' | 'model-invalid'. */
export function describedGraph(given: OnnxModel): DescribedGraph {
  const model = endingInLogit({
    ...given,
    inputs: given.inputs.filter(({ name }) => !(name in given.initializers)).map(freeSamples),
    outputs: given.outputs.map(freeSamples),
  });
  const [input, ...others] = model.inputs;
  const shape = input?.dims.slice(1).filter((side) => typeof side === 'number') ?? [];
  if (input === undefined || others.length > 0 || shape.length !== input.dims.length - 1)
    throw shapeless(`The model has the inputs ${model.inputs.map(told).join('; ')}`);
  if (shape.length !== 1 && !(shape.length === 3 && shape[0] === 3))
    throw shapeless(`The model reads ${told(input)}`);
  planOf(model);
  return { model, tensor: input.name, shape, outputs: outputsOf(model) };
}

const freeSamples = ({ name, dims }: OnnxValue): OnnxValue => ({
  name,
  dims: ['n', ...dims.slice(1)],
});

/** A sigmoid at the end is left out: bundles answer with the logit, and are calibrated on it. */
function endingInLogit(model: OnnxModel): OnnxModel {
  const ends = new Map(
    model.nodes
      .filter((node) => node.op === 'Sigmoid' && isOutput(model, node))
      .map((node) => [node.outputs[0] ?? '', node.inputs[0] ?? '']),
  );
  return {
    ...model,
    nodes: model.nodes.filter((node) => !ends.has(node.outputs[0] ?? '')),
    outputs: model.outputs.map((output) => ({
      ...output,
      name: ends.get(output.name) ?? output.name,
    })),
  };
}

const isOutput = ({ outputs, nodes }: OnnxModel, { outputs: [made = ''] }: OnnxNode): boolean =>
  outputs.some(({ name }) => name === made) && !nodes.some(({ inputs }) => inputs.includes(made));

/** By name where there are several, and by shape: logit [n, 1], cam [n, 1, h, w], features [n, f]. */
function outputsOf({ outputs }: OnnxModel): BundleManifest['outputs'] {
  const single = outputs.filter(({ dims }) => dims.length === 2 && dims[1] === 1);
  const logit = single.find(({ name }) => name === 'logit') ?? single[0];
  if (logit === undefined || (single.length > 1 && logit.name !== 'logit'))
    throw shapeless(`The model gives ${outputs.map(told).join('; ')}`);
  const cam = outputs.find(({ name, dims }) => name === 'cam' && dims.length === 4);
  const features = outputs.find(({ name, dims }) => name === 'features' && dims.length === 2);
  return {
    logit: logit.name,
    ...(cam === undefined ? {} : { cam: cam.name }),
    ...(features === undefined ? {} : { features: features.name }),
  };
}

const told = ({ name, dims }: OnnxValue) => `${name} [${dims.join(', ')}]`;

const shapeless = (found: string) =>
  new InputError('model-shape', {
    found,
    why: 'A bundle reads one picture [n, 3, height, width] or row [n, columns], and gives one logit [n, 1]',
    remedy: 'Export the model for one finding, with a logit or a sigmoid as its output',
  });
