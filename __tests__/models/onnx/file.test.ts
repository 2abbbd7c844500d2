// The .onnx files we write are read back as they were, and what is not such a file is refused by name.
import { describe, expect, test } from '@jest/globals';
import { openOnnxSession } from '../../../models/engine/onnx-session.ts';
import { decodeModel, encodeModel } from '../../../models/onnx/file.ts';
import { GraphBuilder } from '../../../models/onnx/graph-builder.ts';
import type { OnnxModel } from '../../../models/onnx/model.ts';
import { ModelProto } from '../../../models/onnx/schema.ts';

function everything(): OnnxModel {
  const graph = new GraphBuilder();
  const image = [1, 2, 4, 4];
  const filter = { dims: [2, 1, 3, 3], data: Float32Array.from({ length: 18 }, (_, i) => i / 8) };
  const weights = graph.halves('filter', filter);
  const bias = graph.floats('bias', { dims: [2], data: Float32Array.of(0.5, -70_000) });
  const pads = [1, 1, 1, 1] as const;
  graph.clip(
    'clipped',
    graph.conv('conv', { x: 'x', weights, bias, groups: 2, kernel: 3, pads }),
    0,
    6,
  );
  graph.div('mixed', graph.add('sum', 'clipped', 'x'), graph.sub('difference', 'clipped', 'x'));
  const row = graph.halves('row', { dims: [1, 2], data: Float32Array.of(2, 3) });
  const flat = graph.flatten('flat', graph.globalAveragePool('pooled', 'clipped'));
  graph.gemm('logit', flat, row, graph.floats('offset', { dims: [1], data: Float32Array.of(1) }));
  return graph.build('all', [{ name: 'x', dims: image }], [{ name: 'logit', dims: ['n', 1] }]);
}

/** A model whose protobuf is changed before it is read. */
const tampered = (change: (raw: Record<string, never>) => void) => {
  const raw = ModelProto.toObject(ModelProto.decode(encodeModel(everything())));
  change(raw as Record<string, never>);
  return ModelProto.encode(ModelProto.fromObject(raw)).finish();
};

const store = (value: number) =>
  new GraphBuilder().halves('w', { dims: [1], data: Float32Array.of(value) });

describe('ONNX files', () => {
  test('a model is read as it was written', () => {
    expect(decodeModel(encodeModel(everything()))).toEqual(everything());
  });

  test('onnxruntime computes what the graph says, with half-precision weights widened', async () => {
    const session = await openOnnxSession(encodeModel(everything()));
    const data = new Float32Array(32).fill(1);
    const [logit] = await session.run({ name: 'x', dims: [1, 2, 4, 4], data }, ['logit']);
    await session.close();
    // By hand: the first channel saturates at 6 but in its upper corners, the second is pressed to 0.
    const sums = Array.from({ length: 16 }, (_, at) => {
      const [y, x] = [Math.floor(at / 4), at % 4];
      let sum = 0.5;
      for (let k = 0; k < 9; k++) {
        const [py, px] = [y + Math.floor(k / 3) - 1, x + (k % 3) - 1];
        if (py >= 0 && py < 4 && px >= 0 && px < 4) sum += k / 8;
      }
      return Math.min(6, sum);
    });
    const mean = sums.reduce((a, b) => a + b) / 16;
    expect(logit?.data[0]).toBeCloseTo(2 * mean + 1, 5);
  });

  test.each<[string, Uint8Array]>([
    ['random bytes', Uint8Array.from({ length: 64 }, (_, i) => (i * 151) % 256)],
    ['half a file', encodeModel(everything()).subarray(0, 300)],
    ['an empty file', new Uint8Array()],
    [
      'another operator set',
      tampered((raw) => Object.assign(raw['opsetImport']![0], { version: 9 })),
    ],
    [
      'a tensor that is too short',
      tampered((raw) => Object.assign(raw['graph']!['initializer'][0], { dims: [4, 9] })),
    ],
    [
      'an unknown data type',
      tampered((raw) => Object.assign(raw['graph']!['initializer'][0], { dataType: 3 })),
    ],
    [
      'a negative dimension',
      tampered((raw) => Object.assign(raw['graph']!['initializer'][0], { dims: [-2, -9] })),
    ],
  ])('%s is refused', (_, bytes) => {
    expect(() => decodeModel(bytes)).toThrow(expect.objectContaining({ code: 'model-invalid' }));
  });
});

describe('the graph builder', () => {
  test('the largest half can be stored, and nothing larger', () => {
    expect(store(-65_504)).toBe('w');
    expect(() => store(-65_505)).toThrow(expect.objectContaining({ code: 'weights-too-large' }));
    expect(() => store(Number.NaN)).toThrow(expect.objectContaining({ code: 'weights-too-large' }));
  });

  test('a shape must hold its values, and a name is computed once', () => {
    const graph = new GraphBuilder();
    expect(() => graph.floats('w', { dims: [2, 2], data: new Float32Array(3) })).toThrow('2 x 2');
    graph.add('sum', 'a', 'b');
    expect(() => graph.add('sum', 'a', 'c')).toThrow('"sum"');
  });
});
