// Turns an ONNX graph into the list of steps that TensorFlow.js computes: weights widened, each ReLU6 joined to its convolution.
import { floatsFromHalves } from '../onnx/half.ts';
import type { OnnxModel, OnnxNode } from '../onnx/model.ts';
import { dataTypes } from '../onnx/schema.ts';
import type { FloatTensor } from './graph-session.ts';
import { operatorFor, unsupported } from './tfjs-operators.ts';
import type { Operator } from './tfjs-operators.ts';

export interface Step {
  readonly node: OnnxNode;
  readonly compute: Operator;
  /** What the step computes: the node's own output, or that of the ReLU6 it takes along. */
  readonly output: string;
  readonly clipped: boolean;
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly constants: ReadonlyMap<string, FloatTensor>;
}

/** Throws `InputError` 'unsupported-operator'. */
export function planOf(model: OnnxModel): Plan {
  const constants = constantsOf(model);
  const clips = clipsToJoin(model, constants);
  const joined = new Set(clips.values());
  const steps = model.nodes
    .filter((node) => node.op !== 'Cast' && !joined.has(node))
    .map((node): Step => {
      const clip = clips.get(node);
      const output = (clip ?? node).outputs[0];
      if (output === undefined) throw unsupported(node, 'needs an output to compute');
      return { node, compute: operatorFor(node), output, clipped: clip !== undefined };
    });
  return { steps, constants };
}

/** Initializers, with the half-precision ones widened as their Cast nodes ask. */
function constantsOf({ nodes, initializers }: OnnxModel): ReadonlyMap<string, FloatTensor> {
  const constants = new Map<string, FloatTensor>();
  for (const [name, tensor] of Object.entries(initializers))
    if (tensor.type === 'float32') constants.set(name, tensor);
  for (const node of nodes.filter(({ op }) => op === 'Cast')) {
    const [input = '', output = ''] = [node.inputs[0], node.outputs[0]];
    const stored = initializers[input];
    const to = node.attributes['to'];
    if (stored?.type !== 'float16' || to?.kind !== 'int' || to.value !== dataTypes.float32)
      throw unsupported(node, 'casts half-precision weights to float32 only');
    constants.set(output, { dims: stored.dims, data: floatsFromHalves(stored.data) });
  }
  return constants;
}

/** By convolution, the ReLU6 that follows it where nobody else looks at what lies between. */
function clipsToJoin(
  { nodes, outputs }: OnnxModel,
  constants: Plan['constants'],
): ReadonlyMap<OnnxNode, OnnxNode> {
  const seen = new Map<string, number>();
  const looks = [...nodes.flatMap(({ inputs }) => inputs), ...outputs.map(({ name }) => name)];
  for (const name of looks) seen.set(name, (seen.get(name) ?? 0) + 1);
  const convolutions = new Map(
    nodes.filter(({ op }) => op === 'Conv').map((node) => [node.outputs[0], node]),
  );
  const valueOf = (name = '') => constants.get(name)?.data[0];
  const clips = new Map<OnnxNode, OnnxNode>();
  for (const clip of nodes.filter(({ op }) => op === 'Clip')) {
    const [x = '', low, high] = clip.inputs;
    const convolution = convolutions.get(x);
    const alone = seen.get(x) === 1;
    if (convolution && alone && valueOf(low) === 0 && valueOf(high) === 6)
      clips.set(convolution, clip);
  }
  return clips;
}
