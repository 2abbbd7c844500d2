// Tensors at the edge: every name, type, shape and length is checked.
import { describe, expect, test } from '@jest/globals';
import {
  answerTensors,
  checkRequestedOutputs,
  imagesPerRequestMax,
  inputTensor,
  rowsPerRequestMax,
  samplesFrom,
} from '../../../services/inference/tensors.ts';
import { imageManifest, tableManifest } from '../../support/manifests.ts';

const row = { name: 'rows', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] as unknown[] };
const rows = (change: Partial<typeof row>) =>
  samplesFrom({ inputs: [{ ...row, ...change }] }, tableManifest);
const withCode = (code: string) => expect.objectContaining({ code });
const numbers = (length: number) => Array.from({ length }, (_, i) => i);

const manyRows = (n: number) => () => rows({ shape: [n, 3], data: numbers(n * 3) });
const pictures = (n: number) => () =>
  samplesFrom(
    {
      inputs: [{ name: 'input', shape: [n, 3, 2, 2], datatype: 'FP32', data: numbers(n * 12) }],
    },
    imageManifest,
  );

describe('the input', () => {
  test('is taken flat or nested, row by row', () => {
    const flat = rows({ shape: [2, 3], data: [1, 2, 3, 4, 5, 6] });
    const nested = rows({
      shape: [2, 3],
      data: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
    expect(flat).toEqual({ input: Float32Array.of(1, 2, 3, 4, 5, 6), n: 2 });
    expect(nested).toEqual(flat);
  });

  test('must have the right name, alone', () => {
    expect(() => rows({ name: 'columns' })).toThrow(withCode('wrong-input'));
    expect(() => samplesFrom({ inputs: [row, row] }, tableManifest)).toThrow(
      withCode('wrong-input'),
    );
  });

  test('must be FP32', () => {
    expect(() => rows({ datatype: 'FP64' })).toThrow(withCode('wrong-datatype'));
  });

  test.each([[[3]], [[1, 4]], [[1, 3, 1]], [[0, 3]]])('of shape %j is refused', (shape) => {
    expect(() => rows({ shape })).toThrow(withCode('wrong-shape'));
  });

  test('has as many numbers as its shape says, neither one fewer nor one more', () => {
    expect(() => rows({ data: numbers(2) })).toThrow('fewer numbers than its shape [1, 3]');
    expect(() => rows({ data: numbers(4) })).toThrow('more numbers than its shape [1, 3]');
    expect(() => rows({ data: [[1], [2, [3, 4]]] })).toThrow(withCode('wrong-data'));
    expect(() => rows({ data: numbers(1_000_000) })).toThrow(withCode('wrong-data'));
  });

  test.each([['1'], [null], [true], [1e39], [{}]])('with the item %j is refused', (item) => {
    expect(() => rows({ data: [1, 2, item] })).toThrow(withCode('wrong-data'));
  });

  test('may reach the largest FP32 number', () => {
    expect(rows({ data: [1, 2, 3.4028234e38] }).input[2]).toBeCloseTo(3.4028234e38, -32);
  });

  test('has at most 4,096 rows or 16 pictures', () => {
    expect(manyRows(rowsPerRequestMax)().n).toBe(rowsPerRequestMax);
    expect(manyRows(rowsPerRequestMax + 1)).toThrow(withCode('wrong-shape'));
    expect(pictures(imagesPerRequestMax)().n).toBe(imagesPerRequestMax);
    expect(pictures(imagesPerRequestMax + 1)).toThrow(withCode('wrong-shape'));
  });

  test('is described with -1 for the number of samples', () => {
    expect(inputTensor(imageManifest).shape).toEqual([-1, 3, 2, 2]);
    expect(inputTensor(tableManifest).shape).toEqual([-1, 3]);
  });
});

describe('the outputs', () => {
  const output = {
    logit: Float32Array.of(0, 1),
    cam: Float32Array.from(numbers(8)),
    camHeight: 2,
    camWidth: 2,
    features: Float32Array.from(numbers(6)),
    gate: null,
  };

  test('are all of them unless some are asked for', () => {
    const all = answerTensors(output, 2, { manifest: imageManifest, requested: undefined });
    expect(all.map(({ name, shape }) => [name, shape])).toEqual([
      ['probability', [2, 1]],
      ['logit', [2, 1]],
      ['cam', [2, 1, 2, 2]],
      ['features', [2, 3]],
    ]);
    expect(all[0]?.data).toEqual([0.5, expect.closeTo(0.7310586, 6)]);
    const requested = [{ name: 'features' }, { name: 'logit' }];
    const some = answerTensors(output, 2, { manifest: imageManifest, requested });
    expect(some.map(({ name }) => name)).toEqual(['features', 'logit']);
    expect(some[1]?.data).toEqual([0, 1]);
  });

  describe('of a model with a gate', () => {
    const gate = {
      outputs: { margin: 'gate.margin', distance: 'gate.distance' },
      marginMin: -1,
      distanceMax: 900,
    };
    const manifest = { ...imageManifest, gate };
    const gated = {
      ...output,
      gate: { margin: Float32Array.of(-1.5, 3), distance: Float32Array.of(500, 500) },
    };

    test('say for each sample whether it is of the kind that the model knows', () => {
      const all = answerTensors(gated, 2, { manifest, requested: undefined });
      expect(all.at(-1)).toEqual({ name: 'known', datatype: 'FP32', shape: [2, 1], data: [0, 1] });
      const requested = [{ name: 'logit' }, { name: 'known' }];
      expect(answerTensors(gated, 2, { manifest, requested })).toHaveLength(2);
      expect(() => checkRequestedOutputs({ outputs: requested }, manifest)).not.toThrow();
    });

    test('say also whether few of the films it was made for look like the sample, where it has limits for that', () => {
      const narrow = { ...gate, familiar: { marginMin: 3.5, distanceMax: 900 } };
      const requested = [{ name: 'familiar' }, { name: 'known' }];
      const some = answerTensors(gated, 2, { manifest: { ...manifest, gate: narrow }, requested });
      expect(some.map(({ data }) => data)).toEqual([
        [0, 0],
        [0, 1],
      ]);
      expect(() => checkRequestedOutputs({ outputs: requested }, manifest)).toThrow(
        withCode('unknown-output'),
      );
    });

    test('are refused to a client that would not see that a sample is of another kind', () => {
      const requested = [{ name: 'probability' }];
      expect(() => answerTensors(gated, 2, { manifest, requested })).toThrow(
        withCode('not-this-kind-of-film'),
      );
      const known = { ...gated, gate: { ...gated.gate, margin: Float32Array.of(-1, 3) } };
      expect(answerTensors(known, 2, { manifest, requested })).toHaveLength(1);
    });
  });

  test('of a table are only logit and probability', () => {
    const tableOutput = { ...output, cam: null, features: null };
    const all = answerTensors(tableOutput, 2, { manifest: tableManifest, requested: undefined });
    expect(all.map(({ name }) => name)).toEqual(['probability', 'logit']);
    expect(() => checkRequestedOutputs({ outputs: [{ name: 'cam' }] }, tableManifest)).toThrow(
      withCode('unknown-output'),
    );
    expect(() =>
      checkRequestedOutputs({ outputs: [{ name: 'cam' }] }, imageManifest),
    ).not.toThrow();
  });
});
