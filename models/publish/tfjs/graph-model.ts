// Converts a TensorFlow.js graph model to ONNX, operator by operator; one that our engines could not compute is refused by name.
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../../fleet/errors.ts';
import type { Floats } from '../../onnx/graph-builder.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { ChannelsFirst, refusedOperator } from './channels-first.ts';
import type { Value, Window } from './channels-first.ts';
import type { TfjsModel } from './read-model.ts';

/** A NodeDef of TensorFlow as JSON: integers are texts, texts are base64. */
const Node = Type.Object({
  name: Type.String(),
  op: Type.String(),
  input: Type.Optional(Type.Array(Type.String(), { maxItems: 100 })),
  attr: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
type Node = Static<typeof Node>;
const validator = Compile(Type.Array(Node, { minItems: 1, maxItems: 10_000 }));

interface Context {
  readonly graph: ChannelsFirst;
  readonly value: (input: string | undefined) => Value;
  readonly constant: (input: string | undefined) => Floats;
}

type Converter = (node: Node, inputs: readonly string[], context: Context) => Value;

const converters: Readonly<Record<string, Converter>> = {
  Conv2D: convolution,
  _FusedConv2D: convolution,
  DepthwiseConv2dNative: convolution,
  FusedDepthwiseConv2dNative: convolution,
  MatMul: dense,
  _FusedMatMul: dense,
  BiasAdd: (node, [x, bias], context) =>
    shifted(node, context.value(x), context.constant(bias), context),
  Relu: (node, [x], { graph, value }) => graph.relu(node.name, value(x), null),
  Relu6: (node, [x], { graph, value }) => graph.relu(node.name, value(x), 6),
  Add: (node, [a, b], { graph, value }) => graph.add(node.name, value(a), value(b)),
  AddV2: (node, [a, b], { graph, value }) => graph.add(node.name, value(a), value(b)),
  Mean: (node, [x, axes], { graph, value, constant }) => {
    const over = [...constant(axes).data].toSorted((a, b) => a - b).join();
    if (over !== '1,2' || attr(node, 'keep_dims', 'b') === true)
      throw refusedOperator(
        node.name,
        'Mean',
        'averages over height and width only, and keeps neither',
      );
    return graph.globalAverage(node.name, value(x));
  },
  Identity: (_, [x], { value }) => value(x),
  // The argument of the sigmoid that ends the model is its logit.
  Sigmoid: (node, [x], { value }) => {
    const argument = value(x);
    if (argument.shape.join() === '1') return argument;
    throw refusedOperator(
      node.name,
      'Sigmoid',
      'knows it over one value at the end of a model only',
    );
  },
};

/** `InputError` 'unsupported-operator' | 'tfjs-model'. */
export function convertGraphModel({ topology, weights }: TfjsModel): OnnxModel {
  const nodes = nodesOf(topology);
  const computing = nodes.filter(
    ({ op }) => op !== 'Const' && op !== 'Placeholder' && op !== 'NoOp',
  );
  const placeholder = nodes.filter(({ op }) => op === 'Placeholder');
  const [input] = placeholder;
  const last = endOf(computing);
  if (input === undefined || placeholder.length > 1 || last === null)
    throw malformed(
      `The graph has ${placeholder.length} inputs and ${last === null ? 'not one' : 'one'} output`,
    );
  const early = computing.find((node) => node.op === 'Sigmoid' && node !== last);
  if (early !== undefined)
    throw refusedOperator(early.name, 'Sigmoid', 'knows it at the end of a model only');
  const graph = new ChannelsFirst(input.name, inputShape(input));
  const values = new Map<string, Value>([[input.name, graph.input]]);
  const context: Context = {
    graph,
    value: (name) => values.get(nodeOf(name)) ?? missing(nodeOf(name)),
    constant: (name) => weights.get(nodeOf(name)) ?? missing(nodeOf(name)),
  };
  for (const node of inOrder(computing)) values.set(node.name, converted(node, context));
  return graph.build(context.value(last.name));
}

function converted(node: Node, context: Context): Value {
  const converter = converters[node.op];
  const inputs = (node.input ?? []).filter((name) => !name.startsWith('^'));
  if (converter !== undefined) return converter(node, inputs, context);
  throw refusedOperator(node.name, node.op, `knows only ${Object.keys(converters).join(', ')}`);
}

function convolution(node: Node, [x, filter, bias]: readonly string[], context: Context): Value {
  const { graph, value, constant } = context;
  const { fused, activation } = fusion(node);
  const parts = { ...windowOf(node), bias: fused ? constant(bias) : null };
  const compute = /depthwise/i.test(node.op) ? 'depthwise' : 'conv';
  const made = graph[compute](node.name, value(x), constant(filter), parts);
  return activated(node, made, activation, graph);
}

function dense(node: Node, [x, weights, bias]: readonly string[], context: Context): Value {
  const { graph, value, constant } = context;
  if (attr(node, 'transpose_a', 'b') === true || attr(node, 'transpose_b', 'b') === true)
    throw refusedOperator(node.name, node.op, 'transposes nothing');
  const { fused, activation } = fusion(node);
  const made = graph.dense(node.name, value(x), constant(weights), fused ? constant(bias) : null);
  return activated(node, made, activation, graph);
}

function activated(
  node: Node,
  value: Value,
  activation: string | undefined,
  graph: ChannelsFirst,
): Value {
  if (activation === undefined) return value;
  if (activation === 'Relu' || activation === 'Relu6')
    return graph.relu(`${node.name}.${activation}`, value, activation === 'Relu6' ? 6 : null);
  throw refusedOperator(
    node.name,
    `${node.op} with ${activation}`,
    'fuses BiasAdd, Relu and Relu6 only',
  );
}

/** A bias after a product or a convolution: one number for each channel or column. */
function shifted(node: Node, x: Value, bias: Floats, { graph }: Context): Value {
  if (x.shape.length === 3)
    return graph.perChannel(node.name, x, new Float32Array(bias.data.length).fill(1), bias.data);
  const size = bias.data.length;
  const identity = Float32Array.from({ length: size * size }, (_, at) =>
    Number(at % (size + 1) === 0),
  );
  return graph.dense(node.name, x, { dims: [size, size], data: identity }, bias);
}

function fusion(node: Node): { readonly fused: boolean; readonly activation: string | undefined } {
  const list = attr(node, 'fused_ops', 'list') as { readonly s?: readonly string[] } | undefined;
  const [bias, activation] = (list?.s ?? []).map((text) => Buffer.from(text, 'base64').toString());
  if (bias !== undefined && bias !== 'BiasAdd')
    throw refusedOperator(
      node.name,
      `${node.op} with ${bias}`,
      'fuses BiasAdd, Relu and Relu6 only',
    );
  return { fused: bias === 'BiasAdd', activation };
}

function windowOf(node: Node): Window {
  const ints = (key: string) =>
    ((attr(node, key, 'list') as { readonly i?: readonly string[] } | undefined)?.i ?? []).map(
      Number,
    );
  const [, strideY = 1, strideX = 1] = ints('strides');
  const given = attr(node, 'padding', 's');
  const padding =
    typeof given === 'string' ? Buffer.from(given, 'base64').toString().toLowerCase() : '';
  const isPlain = strideY === strideX && ints('dilations').every((dilation) => dilation === 1);
  if (isPlain && (padding === 'same' || padding === 'valid')) return { stride: strideY, padding };
  throw refusedOperator(
    node.name,
    node.op,
    'knows square strides, no dilation, and padding same or valid',
  );
}

/** [h, w, c] or [columns]; the number of samples, -1 as a rule, comes first. */
function inputShape(node: Node): readonly number[] {
  const shape = attr(node, 'shape', 'shape') as
    { readonly dim?: readonly { readonly size?: string | number }[] } | undefined;
  const sides = (shape?.dim ?? []).slice(1).map(({ size }) => Number(size));
  if ((sides.length === 1 || sides.length === 3) && sides.every((side) => side > 0)) return sides;
  throw malformed(`The input "${node.name}" has the shape ${sides.join(' x ') || '(none)'}`);
}

/** The one node that no other looks at. */
function endOf(nodes: readonly Node[]): Node | null {
  const seen = new Set(nodes.flatMap(({ input = [] }) => input.map(nodeOf)));
  const [end, ...others] = nodes.filter(({ name }) => !seen.has(name));
  return end === undefined || others.length > 0 ? null : end;
}

/** Each after those it looks at: a file need not list them so. A circle is left as it is, and found by what it misses. */
function inOrder(nodes: readonly Node[]): readonly Node[] {
  const waiting = new Map(nodes.map((node) => [node.name, node]));
  const ordered: Node[] = [];
  for (let before = -1; before !== ordered.length;) {
    before = ordered.length;
    for (const node of waiting.values()) {
      if ((node.input ?? []).some((name) => waiting.has(nodeOf(name)))) continue;
      waiting.delete(node.name);
      ordered.push(node);
    }
  }
  return [...ordered, ...waiting.values()];
}

/** "name:0" and "^name" both name a node. */
const nodeOf = (input = ''): string => input.replace(/^\^/, '').replace(/:\d+$/, '');

const attr = (node: Node, key: string, kind: string): unknown =>
  (node.attr?.[key] as Readonly<Record<string, unknown>> | undefined)?.[kind];

function nodesOf(topology: TfjsModel['topology']): readonly Node[] {
  const { node } = topology;
  if (validator.Check(node)) return node;
  throw malformed('The topology of the model holds no list of nodes');
}

const missing = (name: string): never => {
  throw malformed(`The graph computes with "${name}", which it does not hold`);
};

const malformed = (found: string) =>
  new InputError('tfjs-model', {
    found,
    why: 'A graph model is a list of nodes from one input to one output',
    remedy: 'Convert the model again with tensorflowjs_converter, for inference',
  });
