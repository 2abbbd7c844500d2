// Reads and writes .onnx files. Reading is strict: what our engines could not compute with is refused by name.
import { InputError } from '../../fleet/errors.ts';
import { elementCount } from './model.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './model.ts';
import { attributeTypes, dataTypes, ModelProto } from './schema.ts';

const irVersion = 8;
const opsetVersion = 17;

/** Largest rank and count that a reader accepts, so that a damaged file cannot ask for the machine's memory. */
const rankMax = 8;
const nodesMax = 10_000;

interface RawTensor {
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly floatData: readonly number[];
  readonly int64Data: readonly number[];
  readonly name: string;
  readonly rawData: Uint8Array;
}

interface RawAttribute {
  readonly name: string;
  readonly f: number;
  readonly i: number;
  readonly ints: readonly number[];
  readonly type: number;
}

interface RawValue {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: {
        readonly dim: readonly { readonly dimValue: number; readonly dimParam: string }[];
      } | null;
    } | null;
  } | null;
}

interface RawModel {
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: {
    readonly name: string;
    readonly node: readonly {
      readonly input: readonly string[];
      readonly output: readonly string[];
      readonly name: string;
      readonly opType: string;
      readonly attribute: readonly RawAttribute[];
    }[];
    readonly initializer: readonly RawTensor[];
    readonly input: readonly RawValue[];
    readonly output: readonly RawValue[];
  } | null;
}

const invalid = (found: string, cause?: unknown) =>
  new InputError(
    'model-invalid',
    {
      found,
      why: 'The model file is not an ONNX model of the kind Evenkeel writes',
      remedy: 'Restore the file from the registry, or train the model again',
    },
    { cause },
  );

/** The bytes of an .onnx file. */
export function encodeModel(model: OnnxModel): Uint8Array {
  return ModelProto.encode(
    ModelProto.fromObject({
      irVersion,
      producerName: 'evenkeel',
      opsetImport: [{ domain: '', version: opsetVersion }],
      graph: {
        name: model.name,
        node: model.nodes.map((node) => ({
          input: node.inputs,
          output: node.outputs,
          name: node.name,
          opType: node.op,
          attribute: Object.entries(node.attributes).map(([name, a]) => rawAttribute(name, a)),
        })),
        initializer: Object.entries(model.initializers).map(([name, tensor]) => ({
          name,
          dims: tensor.dims,
          dataType: dataTypes[tensor.type],
          rawData: bytesOf(tensor.data),
        })),
        input: model.inputs.map(rawValue),
        output: model.outputs.map(rawValue),
      },
    }),
  ).finish();
}

function rawAttribute(name: string, { kind, value }: OnnxAttribute) {
  const field = { float: 'f', int: 'i', ints: 'ints' }[kind];
  return { name, type: attributeTypes[kind], [field]: value };
}

const rawValue = ({ name, dims }: OnnxValue) => ({
  name,
  type: {
    tensorType: {
      elemType: dataTypes.float32,
      shape: { dim: dims.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
    },
  },
});

/** raw_data is little-endian by the specification, as is every machine that Node supports here. */
const bytesOf = (data: Float32Array | Uint16Array | BigInt64Array) =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Throws `InputError` 'model-invalid'. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const { opsetImport, graph } = parse(bytes);
  const opset = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version;
  if (opset !== opsetVersion) throw invalid(`The model uses operator set ${opset}`);
  if (graph === null) throw invalid('The model holds no graph');
  if (graph.node.length > nodesMax) throw invalid(`The graph has ${graph.node.length} nodes`);
  return {
    name: graph.name,
    inputs: graph.input.map(valueFrom),
    outputs: graph.output.map(valueFrom),
    nodes: graph.node.map((node): OnnxNode => ({
      op: node.opType,
      name: node.name,
      inputs: node.input,
      outputs: node.output,
      attributes: Object.fromEntries(node.attribute.map((a) => [a.name, attributeFrom(a)])),
    })),
    initializers: Object.fromEntries(graph.initializer.map((t) => [t.name, tensorFrom(t)])),
  };
}

function parse(bytes: Uint8Array): RawModel {
  try {
    return ModelProto.toObject(ModelProto.decode(bytes), {
      longs: Number,
      defaults: true,
      arrays: true,
    }) as RawModel;
  } catch (error) {
    throw invalid(`The file of ${bytes.length} bytes cannot be parsed`, error);
  }
}

function attributeFrom(raw: RawAttribute): OnnxAttribute {
  switch (raw.type) {
    case attributeTypes.float:
      return { kind: 'float', value: raw.f };
    case attributeTypes.int:
      return { kind: 'int', value: raw.i };
    case attributeTypes.ints:
      return { kind: 'ints', value: raw.ints };
    default:
      throw invalid(`Attribute "${raw.name}" has type ${raw.type}`);
  }
}

function valueFrom({ name, type }: RawValue): OnnxValue {
  const tensor = type?.tensorType;
  if (tensor?.elemType !== dataTypes.float32 || !tensor.shape)
    throw invalid(`"${name}" is not a float32 tensor with a shape`);
  return {
    name,
    dims: tensor.shape.dim.map(({ dimValue, dimParam }) => (dimParam === '' ? dimValue : dimParam)),
  };
}

function tensorFrom(raw: RawTensor): OnnxTensor {
  const { dims, name } = raw;
  const count = elementCount(dims);
  if (dims.length > rankMax || !dims.every((d) => Number.isSafeInteger(d) && d >= 0))
    throw invalid(`Tensor "${name}" has shape ${dims.join(' x ')}`);
  const sized = <T extends { readonly length: number }>(data: T): T => {
    if (data.length === count) return data;
    throw invalid(`Tensor "${name}" holds ${data.length} values of ${count}`);
  };
  switch (raw.dataType) {
    case dataTypes.float32: {
      const data = raw.floatData.length > 0 ? Float32Array.from(raw.floatData) : null;
      return { type: 'float32', dims, data: sized(data ?? new Float32Array(aligned(raw, 4))) };
    }
    case dataTypes.float16:
      return { type: 'float16', dims, data: sized(new Uint16Array(aligned(raw, 2))) };
    case dataTypes.int64: {
      const data = raw.int64Data.length > 0 ? BigInt64Array.from(raw.int64Data, BigInt) : null;
      return { type: 'int64', dims, data: sized(data ?? new BigInt64Array(aligned(raw, 8))) };
    }
    default:
      throw invalid(`Tensor "${name}" has data type ${raw.dataType}`);
  }
}

/** A copy that starts on a word boundary, which the file's own bytes need not do. */
function aligned({ rawData, name }: RawTensor, bytesPerElement: number): ArrayBuffer {
  if (rawData.length % bytesPerElement !== 0)
    throw invalid(`Tensor "${name}" holds ${rawData.length} bytes`);
  return new Uint8Array(rawData).buffer;
}
