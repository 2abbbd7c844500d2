// What both runtimes do alike: one float32 input in, named float32 outputs out.

export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** An ONNX graph made ready to run, of whatever purpose: engines, and the training recipes, stand on this. */
export interface GraphSession {
  /** The outputs in the order in which they are asked for. */
  run(
    input: FloatTensor & { readonly name: string },
    outputs: readonly string[],
  ): Promise<readonly FloatTensor[]>;
  /** Frees the weights; no run may be in progress. */
  close(): Promise<void>;
}
