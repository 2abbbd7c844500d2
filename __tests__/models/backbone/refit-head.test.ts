import { beforeAll, describe, expect, test } from '@jest/globals';
import { backboneImageInput, loadBackbone } from '../../../models/backbone/backbone.ts';
import { tableModel, withHead } from '../../../models/backbone/head.ts';
import { gradeHeadOf, headOf, refitHead } from '../../../models/backbone/refit-head.ts';
import { openOnnxSession } from '../../../models/engine/onnx-session.ts';
import { preprocess } from '../../../models/imaging/preprocess.ts';
import { decodeModel, encodeModel } from '../../../models/onnx/file.ts';
import { GraphBuilder } from '../../../models/onnx/graph-builder.ts';
import type { OnnxModel } from '../../../models/onnx/model.ts';
import { drawKnee } from '../../../models/phantoms/knee.ts';
import { headByLot, table } from '../../support/bundles.ts';

let backbone: OnnxModel;
let incumbent: Uint8Array;
beforeAll(async () => {
  backbone = (await loadBackbone()).model;
  incumbent = withHead(backbone, headByLot());
});

/** Jest compares megabytes one by one. */
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** As a model that grades has it: four logits a picture, the second of them the head's. */
function grading(modelBytes: Uint8Array): Uint8Array {
  const model = decodeModel(modelBytes);
  const graph = new GraphBuilder(model);
  const weights = graph.floats('grades.weights', {
    dims: [4, 1_280],
    data: new Float32Array(4 * 1_280).fill(0.5),
  });
  const bias = graph.floats('grades.bias', { dims: [4], data: Float32Array.of(1, 2, 3, 4) });
  graph.gemm('grades', 'features', weights, bias);
  const outputs = [...model.outputs, { name: 'grades', dims: ['n', 4] }];
  return encodeModel(graph.build(model.name, model.inputs, outputs));
}

describe('a head in place of another', () => {
  test('the same head gives the same bytes', () => {
    expect(isSame(refitHead(incumbent, headByLot(), []), incumbent)).toBe(true);
  });

  test('another head gives the bytes that training it would have given', () => {
    const other = headByLot(2);
    const refitted = refitHead(incumbent, other, []);
    expect(isSame(refitted, withHead(backbone, other))).toBe(true);
    expect(isSame(refitted, incumbent)).toBe(false);
  });

  test('in a model that grades, rows that are given are replaced as calibrated, and the others stay', async () => {
    const other = headByLot(2);
    const calibration = { slope: 0.5, intercept: -1 };
    const third = { row: 2, head: headByLot(3), calibration: { slope: 2, intercept: 0 } };
    const rows = [{ row: 1, head: other, calibration }, third];
    const refitted = refitHead(grading(incumbent), other, rows);
    const session = await openOnnxSession(refitted);
    const data = preprocess(drawKnee(3), { ...backboneImageInput, expects: 'A knee' });
    const [logit, grades, features] = await session.run(
      { name: 'input', dims: [1, 3, 224, 224], data },
      ['logit', 'grades', 'features'],
    );
    await session.close();
    const half = features!.data.reduce((sum, value) => sum + value / 2, 0);
    expect(grades!.data[1]).toBeCloseTo(0.5 * logit!.data[0]! - 1, 4);
    expect(grades!.data[0]).toBeCloseTo(half + 1, 3);
    expect(grades!.data[3]).toBeCloseTo(half + 4, 3);
    const { weights, bias } = third.head;
    const dot = features!.data.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), bias);
    expect(grades!.data[2]).toBeCloseTo(2 * dot, 3);
  });

  test('a model without such a head is refused', () => {
    expect(() => refitHead(tableModel(table), headByLot(), [])).toThrow('head of 1280 values');
    expect(() => refitHead(incumbent, { weights: new Float64Array(3), bias: 0 }, [])).toThrow(
      'head of 3 values',
    );
  });

  test('the head of a model is read as it was put in, in single precision', () => {
    const { weights, bias } = headByLot();
    expect(headOf(incumbent)).toEqual({ weights: Float64Array.from(weights, Math.fround), bias });
    expect(headOf(encodeModel(backbone))).toBeNull();
    expect(gradeHeadOf(incumbent)).toBeNull();
    const grades = gradeHeadOf(grading(incumbent))!;
    expect([grades.weights.length, grades.weights[0], [...grades.biases]]).toEqual([
      4 * 1_280,
      0.5,
      [1, 2, 3, 4],
    ]);
  });
});
