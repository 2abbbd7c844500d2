// Puts a fitted linear head on the backbone, or makes a whole model of one: what training hands to a bundle.
import { encodeModel } from '../onnx/file.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { backboneInput, featureCount, mapSide } from './efficientnet-lite0.ts';

export interface Head {
  /** One per feature. */
  readonly weights: Float64Array;
  readonly bias: number;
}

/** The names that an image bundle's manifest gives under `input.tensor` and `outputs`. */
export const imageTensors = {
  tensor: backboneInput,
  outputs: { logit: 'logit', cam: 'cam', features: 'features' },
} as const;

/** One row of weights for each question "is the grade above k?". */
export interface GradeHead {
  /** [k, features], row by row. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/**
 * logit [n, 1] = features . weights + bias, and cam [n, 1, 7, 7], the class activation map of Zhou et al. 2016
 * (arXiv:1512.04150): the same weights at each place of the last feature map, so that mean(cam) + bias = logit.
 * Where the model grades, also grades [n, k].
 */
export function withHead(
  backbone: OnnxModel,
  { weights, bias }: Head,
  grades: GradeHead | null = null,
): Uint8Array {
  if (weights.length !== featureCount)
    throw new Error(`a head needs ${featureCount} weights, not ${weights.length}`);
  const graph = new GraphBuilder(backbone);
  const data = Float32Array.from(weights);
  const row = graph.floats('head.weights', { dims: [1, featureCount], data });
  const offset = graph.floats('head.bias', { dims: [1], data: Float32Array.of(bias) });
  graph.gemm('logit', 'features', row, offset);
  const filter = graph.floats('head.filter', { dims: [1, featureCount, 1, 1], data });
  graph.conv('cam', { x: 'maps', weights: filter, kernel: 1 });
  const outputs = [
    { name: 'logit', dims: ['n', 1] },
    { name: 'cam', dims: ['n', 1, mapSide, mapSide] },
    { name: 'features', dims: ['n', featureCount] },
    ...(grades === null ? [] : [gradeOutput(graph, grades)]),
  ];
  return encodeModel(graph.build(backbone.name, backbone.inputs, outputs));
}

function gradeOutput(graph: GraphBuilder, { weights, biases }: GradeHead) {
  const count = biases.length;
  const rows = { dims: [count, featureCount], data: Float32Array.from(weights) };
  const matrix = graph.floats('grades.weights', rows);
  const offsets = graph.floats('grades.bias', { dims: [count], data: Float32Array.from(biases) });
  return { name: graph.gemm('grades', 'features', matrix, offsets), dims: ['n', count] };
}

export interface TableHead extends Head {
  /** What each column is standardised with: (x - mean) / scale. */
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** Columns whose logarithm is taken first, of the measure or `floor`, whichever is more. */
  readonly logarithms?: { readonly columns: readonly boolean[]; readonly floor: number };
}

/** The names that a table bundle's manifest gives. */
export const tableTensors = { tensor: 'rows', outputs: { logit: 'logit' } } as const;

/** logit [n, 1] of rows [n, columns]: a standardised linear model as a graph of its own. */
export function tableModel({ mean, scale, weights, bias, logarithms }: TableHead): Uint8Array {
  const columns = weights.length;
  if (mean.length !== columns || scale.length !== columns)
    throw new Error(`${columns} weights, ${mean.length} means and ${scale.length} scales`);
  const graph = new GraphBuilder();
  const vector = (name: string, values: Float64Array) =>
    graph.floats(name, { dims: [columns], data: Float32Array.from(values) });
  const measures =
    logarithms === undefined ? tableTensors.tensor : withLogarithms(graph, logarithms);
  const centred = graph.sub('centred', measures, vector('mean', mean));
  const standardised = graph.div('standardised', centred, vector('scale', scale));
  const row = graph.floats('head.weights', {
    dims: [1, columns],
    data: Float32Array.from(weights),
  });
  const offset = graph.floats('head.bias', { dims: [1], data: Float32Array.of(bias) });
  graph.gemm('logit', standardised, row, offset);
  return encodeModel(
    graph.build(
      'table',
      [{ name: tableTensors.tensor, dims: ['n', columns] }],
      [{ name: 'logit', dims: ['n', 1] }],
    ),
  );
}

/** log x where the column asks for it, x elsewhere: each multiplied by 1 or 0, and added. */
function withLogarithms(
  graph: GraphBuilder,
  { columns, floor }: NonNullable<TableHead['logarithms']>,
): string {
  const mask = (name: string, keep: boolean) =>
    graph.floats(name, {
      dims: [columns.length],
      data: Float32Array.from(columns, (isLog) => Number(isLog === keep)),
    });
  const positive = graph.clip('positive', tableTensors.tensor, floor, floatMax);
  const logs = graph.mul('logarithms', graph.log('log', positive), mask('log.mask', true));
  const others = graph.mul('unchanged', tableTensors.tensor, mask('unchanged.mask', false));
  return graph.add('measures', logs, others);
}

/** The largest number of single precision. */
const floatMax = 3.4028234663852886e38;
