// Heads: the logit is linear in the features, and the map adds up to it.
import { describe, expect, test } from '@jest/globals';
import { backboneImageInput, loadBackbone } from '../../../models/backbone/backbone.ts';
import { tableModel, withHead } from '../../../models/backbone/head.ts';
import { openOnnxSession } from '../../../models/engine/onnx-session.ts';
import { preprocess } from '../../../models/imaging/preprocess.ts';
import { drawKnee } from '../../../models/phantoms/knee.ts';
import { headByLot, table } from '../../support/bundles.ts';

describe('a head on the backbone', () => {
  test('the logit is features times weights plus bias, and the mean of the map plus bias', async () => {
    const head = headByLot();
    const session = await openOnnxSession(withHead((await loadBackbone()).model, head));
    const data = preprocess(drawKnee(3), { ...backboneImageInput, expects: 'A knee' });
    const [logit, cam, features] = await session.run(
      { name: 'input', dims: [1, 3, 224, 224], data },
      ['logit', 'cam', 'features'],
    );
    await session.close();
    const linear = features!.data.reduce((sum, f, i) => sum + f * head.weights[i]!, head.bias);
    const mean = cam!.data.reduce((a, b) => a + b) / 49;
    expect(cam!.dims).toEqual([1, 1, 7, 7]);
    expect(logit!.data[0]).toBeCloseTo(linear, 4);
    expect(logit!.data[0]).toBeCloseTo(mean + head.bias, 4);
  });

  test('needs one weight per feature', async () => {
    const { model } = await loadBackbone();
    expect(() => withHead(model, { weights: new Float64Array(1_279), bias: 0 })).toThrow('1279');
  });
});

describe('a table model', () => {
  test('standardises inside the graph', async () => {
    const session = await openOnnxSession(tableModel(table));
    const data = Float32Array.of(12, 18, -4, 10, 20, -5);
    const [logit] = await session.run({ name: 'rows', dims: [2, 3], data }, ['logit']);
    await session.close();
    // (12-10)/2 * 1 + (18-20)/4 * -2 + (-4+5)/0.5 * 0.25 + 0.75, and the mean row gives the bias.
    expect(Array.from(logit!.data)).toEqual([3.25, 0.75]);
  });

  test('needs a mean and a scale for each weight', () => {
    expect(() => tableModel({ ...table, scale: Float64Array.of(1) })).toThrow('1 scales');
  });
});
