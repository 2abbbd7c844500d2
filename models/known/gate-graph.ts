// The gate inside the model's own ONNX graph: pooled inner features, and on them a margin and a distance as further outputs.
import { GraphBuilder } from '../onnx/graph-builder.ts';
import type { OnnxModel, OnnxNode } from '../onnx/model.ts';
import type { Gaussian } from './gaussian.ts';

/** Half-way up the backbone, [n, 80, 14, 14]: it sees shapes, not yet findings, and fine-tuning changes little of it or nothing. */
const source = 'block7.sum';
/** For the card. */
export const gateFeaturesText = `features half-way up the backbone (${source})`;
const channels = 80;
/** Means over the four quarters say what is where, so that a film on its head differs from one upright. */
const quarter = { kernel: 7, stride: 7, across: 2 } as const;

const quarterColumns = channels * quarter.across ** 2;
/** Beside the means of the quarters, the mean square of each channel over the picture: how much texture there is. */
export const gateColumns = quarterColumns + channels;

const quartersOutput = 'gate.quarters';
const squaresOutput = 'gate.squares';
export const gateOutputs = { margin: 'gate.margin', distance: 'gate.distance' } as const;
export const gateFeatureOutputs = [quartersOutput, squaresOutput] as const;

export interface Gate {
  /** Above zero for what looks more like this model's films than like anything else. */
  readonly margin: { readonly weights: Float64Array; readonly bias: number };
  readonly gaussian: Pick<Gaussian, 'whitening' | 'offset'>;
}

/** Only what the gate's features need of the model: a third of the work, for when a gate is fitted. */
export function gateFeatureGraph(model: OnnxModel): OnnxModel {
  const graph = new GraphBuilder(withoutGate(model));
  addFeatures(graph);
  const outputs = [
    { name: quartersOutput, dims: ['n', quarterColumns] },
    { name: squaresOutput, dims: ['n', channels] },
  ];
  return neededFor(graph.build(model.name, model.inputs, outputs));
}

/** Replaces the gate that the model has, if any. Its other outputs stay what they were, to the last bit. */
export function withGate(model: OnnxModel, { margin, gaussian }: Gate): OnnxModel {
  const bare = withoutGate(model);
  const graph = new GraphBuilder(bare);
  addFeatures(graph);
  addLinear(graph, gateOutputs.margin, { weights: margin.weights, bias: [margin.bias] });
  const bias = gaussian.offset.map((value) => -value);
  const whitened = addLinear(graph, 'gate.whitened', { weights: gaussian.whitening, bias });
  const ones = new Float32Array(gateColumns).fill(1);
  graph.gemm(
    gateOutputs.distance,
    graph.mul('gate.deviations', whitened, whitened),
    graph.floats('gate.ones', { dims: [1, gateColumns], data: ones }),
    graph.floats('gate.zero', { dims: [1], data: Float32Array.of(0) }),
  );
  return graph.build(model.name, model.inputs, [
    ...bare.outputs,
    { name: gateOutputs.margin, dims: ['n', 1] },
    { name: gateOutputs.distance, dims: ['n', 1] },
  ]);
}

/** Operators that both engines know already: the mean over a quarter is a convolution, one filter a channel. */
function addFeatures(graph: GraphBuilder): void {
  const { kernel, stride } = quarter;
  const means = new Float32Array(channels * kernel * kernel).fill(1 / kernel ** 2);
  const filter = graph.floats('gate.means', { dims: [channels, 1, kernel, kernel], data: means });
  const parts = { x: source, weights: filter, kernel, stride, groups: channels };
  graph.flatten(quartersOutput, graph.conv('gate.grid', parts));
  const squared = graph.mul('gate.squared', source, source);
  graph.flatten(squaresOutput, graph.globalAveragePool('gate.squaresPooled', squared));
}

/** weights . [quarters, squares] + bias, as one product for each of the two. */
function addLinear(
  graph: GraphBuilder,
  name: string,
  { weights, bias }: { readonly weights: Float64Array; readonly bias: Iterable<number> },
): string {
  const rows = weights.length / gateColumns;
  const columns = (from: number, to: number) =>
    Float32Array.from({ length: rows * (to - from) }, (_, i) => {
      const row = Math.floor(i / (to - from));
      return weights[row * gateColumns + from + (i % (to - from))] ?? 0;
    });
  const part = (x: string, from: number, to: number) =>
    graph.gemm(
      `${name}.${x}`,
      x,
      graph.floats(`${name}.${x}.weights`, { dims: [rows, to - from], data: columns(from, to) }),
      graph.floats(`${name}.${x}.bias`, {
        dims: [rows],
        data: from === 0 ? Float32Array.from(bias) : new Float32Array(rows),
      }),
    );
  const ofQuarters = part(quartersOutput, 0, quarterColumns);
  return graph.add(name, ofQuarters, part(squaresOutput, quarterColumns, gateColumns));
}

const isGates = (name: string) => name.startsWith('gate.');

function withoutGate(model: OnnxModel): OnnxModel {
  const kept = Object.entries(model.initializers).filter(([name]) => !isGates(name));
  return {
    ...model,
    nodes: model.nodes.filter(({ name }) => !isGates(name)),
    outputs: model.outputs.filter(({ name }) => !isGates(name)),
    initializers: Object.fromEntries(kept),
  };
}

/** Without the nodes and weights that no output hangs on. */
function neededFor(model: OnnxModel): OnnxModel {
  const wanted = new Set(model.outputs.map(({ name }) => name));
  const nodes: OnnxNode[] = [];
  for (const node of model.nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    for (const input of node.inputs) wanted.add(input);
    nodes.unshift(node);
  }
  const initializers = Object.entries(model.initializers).filter(([name]) => wanted.has(name));
  return { ...model, nodes, initializers: Object.fromEntries(initializers) };
}
