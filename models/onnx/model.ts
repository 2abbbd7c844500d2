// An ONNX model as plain values: what the builder makes, the file keeps and the engines read.

export type OnnxTensor =
  | { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  /** Stored in 16 bits to halve the file; a Cast node turns it into float32 before anything computes with it. */
  | { readonly type: 'float16'; readonly dims: readonly number[]; readonly data: Uint16Array }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array };

export type OnnxAttribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] };

export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A float32 input or output. A text is a free dimension, such as the number of samples `n`. */
export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

export interface OnnxModel {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** In an order in which each node's inputs exist before it runs, as the format requires. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: Readonly<Record<string, OnnxTensor>>;
}

export const elementCount = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
