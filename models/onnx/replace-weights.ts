// Puts other numbers into a graph's weights, each in the precision in which the graph stores it. Pure.
import { halvesFromFloats } from './half.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';

export interface Weight {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** By the name under which nodes use a weight; `X.half` is where a half-precision `X` is stored (see GraphBuilder). */
export function replaceWeights(model: OnnxModel, weights: ReadonlyMap<string, Weight>): OnnxModel {
  const initializers: Record<string, OnnxTensor> = { ...model.initializers };
  for (const [name, { dims, data }] of weights) {
    const half = `${name}.half`;
    const stored = initializers[half] ?? initializers[name];
    if (stored === undefined) throw new Error(`${model.name} has no weight "${name}"`);
    if (stored.dims.join() !== dims.join())
      throw new Error(`"${name}" is ${stored.dims.join(' x ')}, not ${dims.join(' x ')}`);
    if (stored.type === 'float16')
      initializers[half] = { type: 'float16', dims, data: halvesFromFloats(data) };
    else initializers[name] = { type: 'float32', dims, data };
  }
  return { ...model, initializers };
}
