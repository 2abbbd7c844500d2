// The gate in a model's graph computes what was fitted, alike in both engines, and leaves the model's answers alone.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { backboneImageInput, loadBackbone } from '../../../models/backbone/backbone.ts';
import { withHead } from '../../../models/backbone/head.ts';
import type { GraphSession } from '../../../models/engine/graph-session.ts';
import { openOnnxSession } from '../../../models/engine/onnx-session.ts';
import { tfjsBackend } from '../../../models/engine/tfjs-backend.ts';
import { openTfjsSession } from '../../../models/engine/tfjs-session.ts';
import { preprocess } from '../../../models/imaging/preprocess.ts';
import { drawOther } from '../../../models/known/draw-other.ts';
import { gateScores } from '../../../models/known/fit-gate.ts';
import {
  gateColumns,
  gateFeatureGraph,
  gateFeatureOutputs,
  gateOutputs,
  withGate,
} from '../../../models/known/gate-graph.ts';
import { decodeModel, encodeModel } from '../../../models/onnx/file.ts';
import type { OnnxModel } from '../../../models/onnx/model.ts';
import { headByLot } from '../../support/bundles.ts';
import { gateByLot } from '../../support/gates.ts';

const dims = [2, 3, backboneImageInput.height, backboneImageInput.width];
const names = [...gateFeatureOutputs, gateOutputs.margin, gateOutputs.distance, 'logit', 'cam'];
const gate = gateByLot();
let model: OnnxModel;
let data: Float32Array;
const sessions: GraphSession[] = [];

beforeAll(async () => {
  model = decodeModel(withHead((await loadBackbone()).model, headByLot()));
  const input = { ...backboneImageInput, expects: 'anything' };
  const pictures = [drawOther(5), drawOther(11)].map((picture) => preprocess(picture, input));
  data = Float32Array.from(pictures.flatMap((picture) => [...picture]));
});

afterAll(async () => {
  for (const session of sessions) await session.close();
});

async function answers(open: typeof openOnnxSession, graph: OnnxModel, outputs: readonly string[]) {
  const session = await open(encodeModel(graph));
  sessions.push(session);
  const tensors = await session.run({ name: backboneImageInput.tensor, dims, data }, outputs);
  return Object.fromEntries(outputs.map((name, i) => [name, tensors[i]!.data]));
}

const exposed = (): OnnxModel => {
  const gated = withGate(model, gate);
  return {
    ...gated,
    outputs: [...gated.outputs, ...gateFeatureGraph(model).outputs],
  };
};

test('margin and distance are those of the fit, on the features that the fit was given', async () => {
  const { [gateFeatureOutputs[0]]: quarters, [gateFeatureOutputs[1]]: squares } = await answers(
    openOnnxSession,
    gateFeatureGraph(model),
    gateFeatureOutputs,
  );
  const features = new Float64Array(2 * gateColumns);
  const half = quarters!.length / 2;
  for (const row of [0, 1]) {
    features.set(quarters!.subarray(row * half, (row + 1) * half), row * gateColumns);
    features.set(
      squares!.subarray((row * squares!.length) / 2, ((row + 1) * squares!.length) / 2),
      row * gateColumns + half,
    );
  }
  const { margins, distances } = gateScores(gate, { features, columns: gateColumns });
  const graph = await answers(openOnnxSession, withGate(model, gate), Object.values(gateOutputs));
  for (const row of [0, 1]) {
    expect(graph[gateOutputs.margin]![row]).toBeCloseTo(margins[row]!, 3);
    expect(graph[gateOutputs.distance]![row]! / distances[row]!).toBeCloseTo(1, 4);
  }
  expect(margins[0]).not.toBeCloseTo(margins[1]!, 1);
});

test('both engines give the same margin and distance', async () => {
  await tfjsBackend();
  const [onnx, tfjs] = [
    await answers(openOnnxSession, exposed(), names),
    await answers(openTfjsSession, exposed(), names),
  ];
  for (const name of names)
    tfjs[name]!.forEach((value, i) => {
      const other = onnx[name]![i]!;
      expect(Math.abs(value - other) / Math.max(1, Math.abs(other))).toBeLessThan(2e-4);
    });
});

test('the answers of the model stay what they were, to the last bit', async () => {
  const outputs = ['logit', 'cam', 'features'];
  const before = await answers(openOnnxSession, model, outputs);
  const after = await answers(openOnnxSession, withGate(model, gate), outputs);
  expect(after).toEqual(before);
});

test('a second gate takes the place of the first', () => {
  const once = withGate(model, gate);
  const twice = withGate(once, gate);
  expect(twice.nodes).toHaveLength(once.nodes.length);
  expect(twice.outputs.map(({ name }) => name)).toEqual(once.outputs.map(({ name }) => name));
  expect(Object.keys(twice.initializers).toSorted()).toEqual(
    Object.keys(once.initializers).toSorted(),
  );
});

test('the graph that gives the features holds nothing behind them', () => {
  const features = gateFeatureGraph(model);
  expect(features.nodes.some(({ name }) => name.startsWith('block8'))).toBe(false);
  expect(features.nodes.length).toBeLessThan(model.nodes.length);
  expect(features.initializers['head.weights']).toBeUndefined();
});
