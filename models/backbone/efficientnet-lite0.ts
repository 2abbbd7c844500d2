// EfficientNet-Lite0 as an ONNX graph: Tan and Le 2019 (arXiv:1905.11946), in its Lite form with ReLU6 and without attention.
import { GraphBuilder } from '../onnx/graph-builder.ts';
import type { Floats } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { foldBatchNorm } from './fold.ts';

export const backboneInput = 'input';
export const backboneSide = 224;
export const featureCount = 1_280;
export const mapSide = 7;

/** The published tensors by their published names, such as `_blocks.3._bn1.running_var`. */
export type Weights = (name: string) => Floats;

interface Stage {
  readonly repeats: number;
  readonly kernel: 3 | 5;
  /** Of the first block; the others keep the size. */
  readonly stride: 1 | 2;
  readonly expansion: 1 | 6;
  readonly inputs: number;
  readonly outputs: number;
}

const stages: readonly Stage[] = [
  { repeats: 1, kernel: 3, stride: 1, expansion: 1, inputs: 32, outputs: 16 },
  { repeats: 2, kernel: 3, stride: 2, expansion: 6, inputs: 16, outputs: 24 },
  { repeats: 2, kernel: 5, stride: 2, expansion: 6, inputs: 24, outputs: 40 },
  { repeats: 3, kernel: 3, stride: 2, expansion: 6, inputs: 40, outputs: 80 },
  { repeats: 3, kernel: 5, stride: 1, expansion: 6, inputs: 80, outputs: 112 },
  { repeats: 4, kernel: 5, stride: 2, expansion: 6, inputs: 112, outputs: 192 },
  { repeats: 1, kernel: 3, stride: 1, expansion: 6, inputs: 192, outputs: 320 },
];

const batchNormEpsilon = 1e-3;

export interface BuildOptions {
  /** Half precision halves the file. Biases are few and always stay in single precision. */
  readonly precision: 'half' | 'single';
  /** The ImageNet classifier: only to compare with the original, never shipped. */
  readonly classifier: boolean;
}

/** Outputs `features` [n, 1280] and `maps` [n, 1280, 7, 7]; with the classifier also `logits` [n, 1000]. */
export function buildLite0(weights: Weights, { precision, classifier }: BuildOptions): OnnxModel {
  const graph = new GraphBuilder();
  const convolve = convolver(graph, weights, precision);
  let size = backboneSide;
  let x = convolve({
    name: 'stem',
    x: backboneInput,
    conv: '_conv_stem',
    norm: '_bn0',
    kernel: 3,
    stride: 2,
    size,
  });
  size /= 2;
  let index = 0;
  for (const stage of stages) {
    for (let repeat = 0; repeat < stage.repeats; repeat++, index++) {
      const stride = repeat === 0 ? stage.stride : 1;
      const inputs = repeat === 0 ? stage.inputs : stage.outputs;
      x = addBlock(graph, convolve, { ...stage, stride, inputs, index, x, size });
      size /= stride;
    }
  }
  convolve({ name: 'maps', x, conv: '_conv_head', norm: '_bn1', kernel: 1, stride: 1, size });
  graph.flatten('features', graph.globalAveragePool('pooled', 'maps'));
  const outputs = [
    { name: 'features', dims: ['n', featureCount] },
    { name: 'maps', dims: ['n', featureCount, mapSide, mapSide] },
  ];
  if (classifier) {
    const matrix = graph.floats('classifier.weights', weights('_fc.weight'));
    graph.gemm('logits', 'features', matrix, graph.floats('classifier.bias', weights('_fc.bias')));
    outputs.push({ name: 'logits', dims: ['n', 1_000] });
  }
  const input = { name: backboneInput, dims: ['n', 3, backboneSide, backboneSide] };
  return graph.build('efficientnet-lite0', [input], outputs);
}

interface Block extends Stage {
  readonly index: number;
  readonly x: string;
  readonly size: number;
}

/** Expand, filter each channel by itself, project back; around all of it a shortcut where the shape stays the same. */
function addBlock(graph: GraphBuilder, convolve: Convolve, block: Block): string {
  const { index, x, size, kernel, stride, expansion, inputs, outputs } = block;
  const name = `block${index}`;
  const published = `_blocks.${index}.`;
  const wide = inputs * expansion;
  const expanded =
    expansion === 1
      ? x
      : convolve({
          name: `${name}.expand`,
          x,
          conv: `${published}_expand_conv`,
          norm: `${published}_bn0`,
          kernel: 1,
          stride: 1,
          size,
        });
  const filtered = convolve({
    name: `${name}.depthwise`,
    x: expanded,
    conv: `${published}_depthwise_conv`,
    norm: `${published}_bn1`,
    kernel,
    stride,
    size,
    groups: wide,
  });
  const projected = convolve({
    name: `${name}.project`,
    x: filtered,
    conv: `${published}_project_conv`,
    norm: `${published}_bn2`,
    kernel: 1,
    stride: 1,
    size: size / stride,
    linear: true,
  });
  const sameShape = stride === 1 && inputs === outputs;
  return sameShape ? graph.add(`${name}.sum`, projected, x) : projected;
}

interface Convolution {
  readonly name: string;
  readonly x: string;
  /** Published names of the convolution and of the batch normalisation after it. */
  readonly conv: string;
  readonly norm: string;
  readonly kernel: number;
  readonly stride: number;
  /** Side of the square input, from which the padding follows. */
  readonly size: number;
  readonly groups?: number;
  /** Without the ReLU6. */
  readonly linear?: boolean;
}

type Convolve = (convolution: Convolution) => string;

function convolver(
  graph: GraphBuilder,
  weights: Weights,
  precision: BuildOptions['precision'],
): Convolve {
  return ({ name, x, conv, norm, kernel, stride, size, groups = 1, linear = false }) => {
    const folded = foldBatchNorm(weights(`${conv}.weight`), {
      gamma: weights(`${norm}.weight`).data,
      beta: weights(`${norm}.bias`).data,
      mean: weights(`${norm}.running_mean`).data,
      variance: weights(`${norm}.running_var`).data,
      epsilon: batchNormEpsilon,
    });
    const store = precision === 'half' ? graph.halves.bind(graph) : graph.floats.bind(graph);
    const parts = {
      x,
      weights: store(`${name}.weights`, folded.weights),
      bias: graph.floats(`${name}.bias`, folded.bias),
      kernel,
      stride,
      groups,
      pads: samePads(size, kernel, stride),
    };
    if (linear) return graph.conv(name, parts);
    return graph.clip(name, graph.conv(`${name}.conv`, parts), 0, 6);
  };
}

/** TensorFlow's SAME: just enough zeros for ceil(size / stride) outputs, the odd one at the bottom and on the right. */
export function samePads(
  size: number,
  kernel: number,
  stride: number,
): readonly [number, number, number, number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  const before = Math.floor(total / 2);
  return [before, before, total - before, total - before];
}
