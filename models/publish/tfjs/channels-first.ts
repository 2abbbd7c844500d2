// TensorFlow's operators, which keep pictures as [n, h, w, c], built as an ONNX graph, which keeps them as [n, c, h, w].
import { InputError } from '../../../fleet/errors.ts';
import type { Floats } from '../../onnx/graph-builder.ts';
import { GraphBuilder } from '../../onnx/graph-builder.ts';
import type { OnnxModel } from '../../onnx/model.ts';

/** A value of the graph: a picture [c, h, w] or a row [features], without the number of samples. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface Window {
  readonly stride: number;
  readonly padding: 'same' | 'valid';
}

export const refusedOperator = (name: string, op: string, why: string) =>
  new InputError('unsupported-operator', {
    found: `"${name}" is a ${op}`,
    why: `The converter ${why}`,
    remedy: 'Export the model as ONNX (operator set 17), or build it from what the converter knows',
  });

const largestFloat = 3.402_823_466_385_288_6e38;

export class ChannelsFirst {
  readonly #graph = new GraphBuilder();
  readonly input: Value;

  /** `shape` as TensorFlow says it: [h, w, c] or [features]. */
  constructor(name: string, shape: readonly number[]) {
    const [height = 0, width = 0, channels = 0] = shape;
    this.input = { name, shape: shape.length === 3 ? [channels, height, width] : shape };
  }

  /** `filter` is [kernel, kernel, in, out]. */
  conv(name: string, x: Value, filter: Floats, { bias, ...window }: Window & Bias): Value {
    const [kernel = 0, width = 0, into = 0, out = 0] = filter.dims;
    this.#expectSquare(name, kernel, width);
    const data = transposed(filter, [3, 2, 0, 1]);
    const weights = this.#graph.floats(`${name}.filter`, {
      dims: [out, into, kernel, kernel],
      data,
    });
    return this.#window(name, x, { ...window, weights, bias, kernel, out });
  }

  /** `filter` is [kernel, kernel, channels, 1]. */
  depthwise(name: string, x: Value, filter: Floats, { bias, ...window }: Window & Bias): Value {
    const [kernel = 0, width = 0, channels = 0, multiplier = 0] = filter.dims;
    this.#expectSquare(name, kernel, width);
    if (multiplier !== 1)
      throw refusedOperator(
        name,
        'depthwise convolution',
        'makes one channel of each channel only',
      );
    const data = transposed(filter, [2, 3, 0, 1]);
    const weights = this.#graph.floats(`${name}.filter`, {
      dims: [channels, 1, kernel, kernel],
      data,
    });
    return this.#window(name, x, {
      ...window,
      weights,
      bias,
      kernel,
      out: channels,
      groups: channels,
    });
  }

  /** x * factor + shift for each channel: a depthwise convolution of one pixel, which both engines know. */
  perChannel(name: string, x: Value, factor: Float32Array, shift: Float32Array): Value {
    const dims = [1, 1, factor.length, 1];
    const bias = { dims: [shift.length], data: shift };
    return this.depthwise(name, x, { dims, data: factor }, { bias, stride: 1, padding: 'valid' });
  }

  /** Up to `max`: 6, or without a bound when null. */
  relu(name: string, x: Value, max: number | null): Value {
    return { ...x, name: this.#graph.clip(name, x.name, 0, max ?? largestFloat) };
  }

  add(name: string, a: Value, b: Value): Value {
    if (a.shape.join() !== b.shape.join())
      throw refusedOperator(name, 'sum', 'adds values of the same shape only');
    return { ...a, name: this.#graph.add(name, a.name, b.name) };
  }

  /** [c, h, w] -> [c] */
  globalAverage(name: string, x: Value): Value {
    const pooled = this.#graph.globalAveragePool(`${name}.pooled`, x.name);
    return { name: this.#graph.flatten(name, pooled), shape: x.shape.slice(0, 1) };
  }

  /** `weights` is [in, out]. */
  dense(name: string, x: Value, weights: Floats, bias: Floats | null): Value {
    const [into = 0, out = 0] = weights.dims;
    if (x.shape.length !== 1 || x.shape[0] !== into)
      throw refusedOperator(name, 'dense layer', `needs a row of ${into} values before it`);
    const data = transposed(weights, [1, 0]);
    const rows = this.#graph.floats(`${name}.weights`, { dims: [out, into], data });
    const offset = this.#graph.floats(
      `${name}.bias`,
      bias ?? { dims: [out], data: new Float32Array(out) },
    );
    return { name: this.#graph.gemm(name, x.name, rows, offset), shape: [out] };
  }

  build(output: Value): OnnxModel {
    const value = ({ name, shape }: Value) => ({ name, dims: ['n', ...shape] });
    return this.#graph.build('converted', [value(this.input)], [value(output)]);
  }

  #window(name: string, x: Value, parts: Windowed): Value {
    const { weights, bias, kernel, out, stride, padding, groups = 1 } = parts;
    const [, ...sides] = x.shape;
    if (sides.length !== 2) throw refusedOperator(name, 'convolution', 'needs a picture before it');
    const spans = sides.map((side) => spanOf(side, { kernel, stride, padding }));
    const [tall = { size: 0, before: 0, after: 0 }, wide = tall] = spans;
    const conv = this.#graph.conv(name, {
      x: x.name,
      weights,
      stride,
      groups,
      kernel,
      pads: [tall.before, wide.before, tall.after, wide.after],
      ...(bias === null ? {} : { bias: this.#graph.floats(`${name}.bias`, bias) }),
    });
    return { name: conv, shape: [out, tall.size, wide.size] };
  }

  #expectSquare(name: string, height: number, width: number): void {
    if (height !== width)
      throw refusedOperator(name, `${height} x ${width} convolution`, 'knows square kernels only');
  }
}

interface Bias {
  readonly bias: Floats | null;
}

interface Windowed extends Window, Bias {
  readonly weights: string;
  readonly kernel: number;
  readonly out: number;
  readonly groups?: number;
}

/** TensorFlow pads "same" with the odd pixel last. */
function spanOf(
  side: number,
  { kernel, stride, padding }: Window & { readonly kernel: number },
): { readonly size: number; readonly before: number; readonly after: number } {
  if (padding === 'valid')
    return { size: Math.floor((side - kernel) / stride) + 1, before: 0, after: 0 };
  const size = Math.ceil(side / stride);
  const total = Math.max(0, (size - 1) * stride + kernel - side);
  const before = Math.floor(total / 2);
  return { size, before, after: total - before };
}

/** The values with their axes in another order: axis i of the result is axis `order[i]` of the tensor. */
function transposed({ dims, data }: Floats, order: readonly number[]): Float32Array {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const shape = order.map((axis) => dims[axis] ?? 0);
  return Float32Array.from(data, (_, at) => {
    let [rest, from] = [at, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      from += (rest % size) * (strides[order[axis] ?? 0] ?? 0);
      rest = Math.floor(rest / size);
    }
    return data[from] ?? Number.NaN;
  });
}
