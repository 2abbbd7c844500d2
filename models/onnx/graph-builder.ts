// Builds an ONNX graph one operator at a time: each method adds a node and returns the name of what it computes.
import { InputError } from '../../fleet/errors.ts';
import { halfMax, halvesFromFloats } from './half.ts';
import { dataTypes } from './schema.ts';
import { elementCount } from './model.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './model.ts';

export interface Floats {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface ConvParts {
  readonly x: string;
  /** [out, in / groups, kernel, kernel] */
  readonly weights: string;
  readonly bias?: string;
  readonly stride?: number;
  readonly groups?: number;
  readonly kernel: number;
  /** [top, left, bottom, right], in ONNX's order. */
  readonly pads?: readonly [number, number, number, number];
}

const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
const ints = (...value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });

/** Extends `base` when given, keeping its nodes and weights; otherwise starts empty. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[];
  readonly #initializers: Record<string, OnnxTensor>;

  constructor(base?: OnnxModel) {
    this.#nodes = [...(base?.nodes ?? [])];
    this.#initializers = { ...base?.initializers };
  }

  /** Stores a tensor in single precision. */
  floats(name: string, { dims, data }: Floats): string {
    if (elementCount(dims) !== data.length)
      throw new Error(`${name}: ${data.length} values for shape ${dims.join(' x ')}`);
    this.#initializers[name] = { type: 'float32', dims, data };
    return name;
  }

  /** Stores a tensor in half precision and widens it at load: onnxruntime folds the Cast, and computes in float32. */
  halves(name: string, { dims, data }: Floats): string {
    const worst = data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (!(worst <= halfMax))
      throw new InputError('weights-too-large', {
        found: `"${name}" holds a weight of magnitude ${worst}`,
        why: `Half precision ends at ${halfMax}`,
        remedy: 'Store this tensor in single precision',
      });
    const stored = `${name}.half`;
    this.#initializers[stored] = { type: 'float16', dims, data: halvesFromFloats(data) };
    return this.#add('Cast', [stored], name, { to: int(dataTypes.float32) });
  }

  conv(name: string, { x, weights, bias, stride = 1, groups = 1, kernel, pads }: ConvParts) {
    return this.#add('Conv', bias === undefined ? [x, weights] : [x, weights, bias], name, {
      kernel_shape: ints(kernel, kernel),
      strides: ints(stride, stride),
      group: int(groups),
      pads: ints(...(pads ?? [0, 0, 0, 0])),
    });
  }

  /** Relu6 is clip(name, x, 0, 6). */
  clip(name: string, x: string, low: number, high: number): string {
    return this.#add('Clip', [x, this.#scalar(low), this.#scalar(high)], name);
  }

  add(name: string, a: string, b: string): string {
    return this.#add('Add', [a, b], name);
  }

  sub(name: string, a: string, b: string): string {
    return this.#add('Sub', [a, b], name);
  }

  mul(name: string, a: string, b: string): string {
    return this.#add('Mul', [a, b], name);
  }

  div(name: string, a: string, b: string): string {
    return this.#add('Div', [a, b], name);
  }

  /** [n, c, h, w] -> [n, c, 1, 1] */
  globalAveragePool(name: string, x: string): string {
    return this.#add('GlobalAveragePool', [x], name);
  }

  /** [n, ...] -> [n, all the rest] */
  flatten(name: string, x: string): string {
    return this.#add('Flatten', [x], name, { axis: int(1) });
  }

  /** x [n, in] times weights [out, in] transposed, plus bias [out]. */
  gemm(name: string, x: string, weights: string, bias: string): string {
    return this.#add('Gemm', [x, weights, bias], name, { transB: int(1) });
  }

  build(name: string, inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxModel {
    return { name, inputs, outputs, nodes: this.#nodes, initializers: this.#initializers };
  }

  #scalar(value: number): string {
    return this.floats(`scalar.${value}`, { dims: [], data: Float32Array.of(value) });
  }

  #add(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: OnnxNode['attributes'] = {},
  ): string {
    if (this.#nodes.some((node) => node.outputs.includes(output)))
      throw new Error(`two nodes would compute "${output}"`);
    this.#nodes.push({ op, name: output, inputs, outputs: [output], attributes });
    return output;
  }
}
