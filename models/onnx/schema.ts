// The part of the ONNX file format that our models use, by the field numbers of onnx.proto (IR version 8).
import protobuf from 'protobufjs/light.js';

const field = (id: number, type: string) => ({ id, type });
const repeated = (id: number, type: string) => ({ id, type, rule: 'repeated' });
const packed = (id: number, type: string) => ({ ...repeated(id, type), options: { packed: true } });
/** onnx.proto is proto2, where repeated numbers are written one by one unless it says otherwise. */
const loose = (id: number, type: string) => ({ ...repeated(id, type), options: { packed: false } });

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        producerVersion: field(3, 'string'),
        graph: field(7, 'GraphProto'),
        opsetImport: repeated(8, 'OperatorSetIdProto'),
      },
    },
    OperatorSetIdProto: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    GraphProto: {
      fields: {
        node: repeated(1, 'NodeProto'),
        name: field(2, 'string'),
        initializer: repeated(5, 'TensorProto'),
        input: repeated(11, 'ValueInfoProto'),
        output: repeated(12, 'ValueInfoProto'),
      },
    },
    NodeProto: {
      fields: {
        input: repeated(1, 'string'),
        output: repeated(2, 'string'),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: repeated(5, 'AttributeProto'),
        domain: field(7, 'string'),
      },
    },
    AttributeProto: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        ints: loose(8, 'int64'),
        type: field(20, 'int32'),
      },
    },
    TensorProto: {
      fields: {
        dims: loose(1, 'int64'),
        dataType: field(2, 'int32'),
        floatData: packed(4, 'float'),
        int64Data: packed(7, 'int64'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
      },
    },
    ValueInfoProto: { fields: { name: field(1, 'string'), type: field(2, 'TypeProto') } },
    TypeProto: { fields: { tensorType: field(1, 'TensorTypeProto') } },
    TensorTypeProto: {
      fields: { elemType: field(1, 'int32'), shape: field(2, 'TensorShapeProto') },
    },
    TensorShapeProto: { fields: { dim: repeated(1, 'DimensionProto') } },
    DimensionProto: {
      fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') },
    },
  },
});

export const ModelProto = root.lookupType('ModelProto');

/** TensorProto.DataType */
export const dataTypes = { float32: 1, int64: 7, float16: 10 } as const;

/** AttributeProto.AttributeType */
export const attributeTypes = { float: 1, int: 2, ints: 7 } as const;
