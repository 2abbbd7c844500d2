// Reads a TensorFlow.js model: model.json and the shards of weights beside it, everything bounded.
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../../fleet/errors.ts';
import { modelBytesMax } from '../../bundle/check-manifest.ts';
import { readBounded } from '../../bundle/read-bounded.ts';
import type { Floats } from '../../onnx/graph-builder.ts';
import { elementCount } from '../../onnx/model.ts';

const topologyBytesMax = 16 * 2 ** 20;

const ModelJson = Type.Object({
  format: Type.Optional(Type.String()),
  modelTopology: Type.Record(Type.String(), Type.Unknown()),
  weightsManifest: Type.Array(
    Type.Object({
      /** Beside model.json: a path that leads elsewhere is refused. */
      paths: Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }), {
        maxItems: 1_000,
      }),
      weights: Type.Array(
        Type.Object({
          name: Type.String(),
          shape: Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 8 }),
          dtype: Type.String(),
          quantization: Type.Optional(Type.Unknown()),
        }),
        { maxItems: 10_000 },
      ),
    }),
    { maxItems: 100 },
  ),
});
type ModelJson = Static<typeof ModelJson>;
const validator = Compile(ModelJson);

export interface TfjsModel {
  readonly format: 'layers-model' | 'graph-model';
  readonly topology: Readonly<Record<string, unknown>>;
  /** float32 and int32 weights alike; shapes and axes are small enough to be exact. */
  readonly weights: ReadonlyMap<string, Floats>;
}

/** Throws `InputError` 'tfjs-model' | 'bundle-missing' | 'bundle-invalid'. */
export async function readTfjsModel(file: string): Promise<TfjsModel> {
  const json = parsed(await readBounded(file, topologyBytesMax), file);
  const weights = new Map<string, Floats>();
  for (const group of json.weightsManifest) {
    const shards: Uint8Array[] = [];
    for (const path of group.paths)
      shards.push(await readBounded(join(dirname(file), path), modelBytesMax));
    const bytes = Buffer.concat(shards);
    let offset = 0;
    for (const weight of group.weights) {
      const end = offset + 4 * elementCount(weight.shape);
      if (end > bytes.length) throw wrong(`${file}: the weights end before "${weight.name}"`);
      weights.set(weight.name, { dims: weight.shape, data: numbers(weight, bytes, offset) });
      offset = end;
    }
  }
  const format = json.format === 'graph-model' ? 'graph-model' : 'layers-model';
  return { format, topology: json.modelTopology, weights };
}

function numbers(
  { name, dtype, shape, quantization }: ModelJson['weightsManifest'][number]['weights'][number],
  bytes: Buffer,
  offset: number,
): Float32Array {
  if (quantization !== undefined || (dtype !== 'float32' && dtype !== 'int32'))
    throw wrong(`The weight "${name}" is ${quantization === undefined ? dtype : 'quantized'}`);
  const count = elementCount(shape);
  return Float32Array.from({ length: count }, (_, at) =>
    dtype === 'float32' ? bytes.readFloatLE(offset + 4 * at) : bytes.readInt32LE(offset + 4 * at),
  );
}

function parsed(bytes: Uint8Array, file: string): ModelJson {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw wrong(`${file} is not JSON`);
  }
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw wrong(`${file} is wrong at "${first?.instancePath ?? ''}": ${first?.message ?? ''}`);
}

const wrong = (found: string) =>
  new InputError('tfjs-model', {
    found,
    why: 'A TensorFlow.js model is a model.json with float32 shards beside it',
    remedy: 'Save it again with model.save() or tensorflowjs_converter, without quantization',
  });
