// Converts a TensorFlow.js layers model (Keras) to ONNX, layer by layer; a layer that our engines could not compute is refused by name.
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../../fleet/errors.ts';
import type { Floats } from '../../onnx/graph-builder.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { ChannelsFirst, refusedOperator } from './channels-first.ts';
import type { Value, Window } from './channels-first.ts';
import type { TfjsModel } from './read-model.ts';

const Layer = Type.Object({
  class_name: Type.String(),
  name: Type.Optional(Type.String()),
  config: Type.Record(Type.String(), Type.Unknown()),
  inbound_nodes: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 100 })),
});
type Layer = Static<typeof Layer>;
const Layers = Type.Array(Layer, { minItems: 1, maxItems: 2_000 });
const validator = Compile(Layers);

interface Context {
  readonly graph: ChannelsFirst;
  readonly weights: ReadonlyMap<string, Floats>;
}

type Converter = (layer: Layer, inputs: readonly Value[], context: Context) => Value;

const converters: Readonly<Record<string, Converter>> = {
  Conv2D: (layer, [x], { graph, weights }) => {
    const bias = weightOf(weights, layer, 'bias');
    const filter = needed(weights, layer, 'kernel');
    const conv = graph.conv(nameOf(layer), single(layer, x), filter, { bias, ...windowOf(layer) });
    return activated(layer, conv, graph);
  },
  DepthwiseConv2D: (layer, [x], { graph, weights }) => {
    const bias = weightOf(weights, layer, 'bias');
    const filter = needed(weights, layer, 'depthwise_kernel');
    const conv = graph.depthwise(nameOf(layer), single(layer, x), filter, {
      bias,
      ...windowOf(layer),
    });
    return activated(layer, conv, graph);
  },
  BatchNormalization: normalized,
  Dense: (layer, [x], { graph, weights }) => {
    const bias = weightOf(weights, layer, 'bias');
    const dense = graph.dense(
      nameOf(layer),
      single(layer, x),
      needed(weights, layer, 'kernel'),
      bias,
    );
    return activated(layer, dense, graph);
  },
  ReLU: (layer, [x], { graph }) => {
    const max = layer.config['max_value'];
    if (numberAt(layer, 'negative_slope', 0) !== 0 || numberAt(layer, 'threshold', 0) !== 0)
      throw refusedOperator(nameOf(layer), 'leaky ReLU', 'knows ReLU and ReLU6 only');
    return graph.relu(nameOf(layer), single(layer, x), typeof max === 'number' ? max : null);
  },
  Activation: (layer, [x], { graph }) => activated(layer, single(layer, x), graph),
  Add: (layer, [a, b, ...more], { graph }) => {
    if (more.length > 0) throw refusedOperator(nameOf(layer), 'Add', 'adds two values at a time');
    return graph.add(nameOf(layer), single(layer, a), single(layer, b));
  },
  GlobalAveragePooling2D: (layer, [x], { graph }) =>
    graph.globalAverage(nameOf(layer), single(layer, x)),
  Flatten: (layer, [x]) => {
    const value = single(layer, x);
    if (value.shape.length === 1) return value;
    throw refusedOperator(nameOf(layer), 'Flatten', 'flattens no pictures: average them instead');
  },
  // Only training drops anything.
  Dropout: (layer, [x]) => single(layer, x),
  SpatialDropout2D: (layer, [x]) => single(layer, x),
};

/** What the last layer computes, as a logit. `InputError` 'unsupported-operator' | 'tfjs-model'. */
export function convertLayersModel({ topology, weights }: TfjsModel): OnnxModel {
  const layers = layersOf(topology);
  const early = layers.slice(0, -1).find(({ config }) => config['activation'] === 'sigmoid');
  if (early !== undefined)
    throw refusedOperator(nameOf(early), 'sigmoid', 'knows it at the end of a model only');
  const graph = new ChannelsFirst('input', inputShape(layers));
  const values = new Map<string, Value>();
  let last = graph.input;
  for (const layer of layers) {
    if (layer.class_name !== 'InputLayer') {
      const from = inboundOf(layer);
      const inputs = from.flatMap((name) => values.get(name) ?? []);
      last = converted(layer, from.length === 0 ? [last] : inputs, { graph, weights });
    }
    values.set(nameOf(layer), last);
  }
  return graph.build(last);
}

function converted(layer: Layer, inputs: readonly Value[], context: Context): Value {
  const converter = converters[layer.class_name];
  if (converter !== undefined) return converter(layer, inputs, context);
  throw refusedOperator(
    nameOf(layer),
    layer.class_name,
    `knows only ${Object.keys(converters).join(', ')}`,
  );
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta, as a factor and a shift for each channel. */
function normalized(layer: Layer, [x]: readonly Value[], { graph, weights }: Context): Value {
  const value = single(layer, x);
  if (value.shape.length !== 3)
    throw refusedOperator(nameOf(layer), 'BatchNormalization', 'normalizes pictures only');
  const mean = needed(weights, layer, 'moving_mean').data;
  const variance = needed(weights, layer, 'moving_variance').data;
  const gamma = weightOf(weights, layer, 'gamma')?.data;
  const beta = weightOf(weights, layer, 'beta')?.data;
  const epsilon = numberAt(layer, 'epsilon', 1e-3);
  const factor = variance.map((v, at) => (gamma?.[at] ?? 1) / Math.sqrt(v + epsilon));
  const shift = mean.map((m, at) => (beta?.[at] ?? 0) - m * (factor[at] ?? 0));
  return graph.perChannel(nameOf(layer), value, factor, shift);
}

/** A sigmoid is left out where it ends the model: its argument is the logit. */
function activated(layer: Layer, value: Value, graph: ChannelsFirst): Value {
  const kind = textAt(layer, 'activation', 'linear');
  const name = `${nameOf(layer)}.${kind}`;
  if (kind === 'linear') return value;
  if (kind === 'relu') return graph.relu(name, value, null);
  if (kind === 'relu6') return graph.relu(name, value, 6);
  if (kind === 'sigmoid' && value.shape.join() === '1') return value;
  throw refusedOperator(
    nameOf(layer),
    `activation "${kind}"`,
    'knows relu, relu6, and a sigmoid over one value at the end',
  );
}

function layersOf(topology: TfjsModel['topology']): readonly Layer[] {
  const model = (topology['model_config'] ?? topology) as Readonly<Record<string, unknown>>;
  const config = model['config'] as
    Readonly<Record<string, unknown>> | readonly unknown[] | undefined;
  const layers = Array.isArray(config)
    ? config
    : (config as { layers?: unknown } | undefined)?.layers;
  if (validator.Check(layers)) return layers;
  throw new InputError('tfjs-model', {
    found: 'The topology of the model holds no list of layers',
    why: 'A layers model says its layers one by one',
    remedy: 'Save the model again with model.save()',
  });
}

/** [h, w, c] or [features], from the first layer that says it. */
function inputShape(layers: readonly Layer[]): readonly number[] {
  for (const { config } of layers) {
    const shape = config['batch_input_shape'] ?? config['batchInputShape'] ?? config['batch_shape'];
    if (!Array.isArray(shape)) continue;
    const sides = shape.slice(1).filter((side) => typeof side === 'number');
    if (sides.length === shape.length - 1 && (sides.length === 1 || sides.length === 3))
      return sides;
  }
  throw new InputError('tfjs-model', {
    found: 'No layer says a whole shape of its input',
    why: 'Pictures are scaled to one size, and rows have one width',
    remedy: 'Give the first layer inputShape: [height, width, 3], or [columns]',
  });
}

/** inbound_nodes of one call: [[["layer", 0, 0, {}], ...]]; a sequential model has none. */
function inboundOf({ inbound_nodes: nodes = [] }: Layer): readonly string[] {
  const [call] = nodes;
  if (!Array.isArray(call)) return [];
  return call.flatMap((from: unknown) =>
    Array.isArray(from) && typeof from[0] === 'string' ? [from[0]] : [],
  );
}

function windowOf(layer: Layer): Window {
  const { config } = layer;
  const [strideY = 1, strideX = strideY] = pairOf(config['strides']);
  const [dilation = 1] = pairOf(config['dilation_rate']);
  const padding = textAt(layer, 'padding', 'valid');
  if (strideY !== strideX || dilation !== 1 || numberAt(layer, 'groups', 1) !== 1)
    throw refusedOperator(
      nameOf(layer),
      layer.class_name,
      'knows square strides, no dilation, no groups',
    );
  if (padding !== 'same' && padding !== 'valid')
    throw refusedOperator(nameOf(layer), `padding "${padding}"`, 'knows same and valid');
  return { stride: strideY, padding };
}

const pairOf = (value: unknown): readonly number[] =>
  Array.isArray(value)
    ? value.filter((part) => typeof part === 'number')
    : typeof value === 'number'
      ? [value]
      : [];

const nameOf = ({ name, config }: Layer): string => name ?? String(config['name']);

function numberAt({ config }: Layer, key: string, otherwise: number): number {
  const value = config[key];
  return typeof value === 'number' ? value : otherwise;
}

function textAt({ config }: Layer, key: string, otherwise: string): string {
  const value = config[key] ?? otherwise;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const weightOf = (weights: Context['weights'], layer: Layer, part: string): Floats | null =>
  weights.get(`${nameOf(layer)}/${part}`) ?? null;

function needed(weights: Context['weights'], layer: Layer, part: string): Floats {
  const weight = weightOf(weights, layer, part);
  if (weight !== null) return weight;
  throw refusedOperator(
    nameOf(layer),
    layer.class_name,
    `misses its weight ${nameOf(layer)}/${part}`,
  );
}

function single(layer: Layer, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw refusedOperator(nameOf(layer), layer.class_name, 'misses what it computes with');
}
