// Whether features may know labels is told from the weights, not from what a manifest says.
import { expect, test } from '@jest/globals';
import { loadBackbone } from '../../../models/backbone/backbone.ts';
import { withHead } from '../../../models/backbone/head.ts';
import { isFrozen } from '../../../models/learn/is-frozen.ts';
import { decodeModel } from '../../../models/onnx/file.ts';
import type { OnnxModel } from '../../../models/onnx/model.ts';
import { headByLot } from '../../support/bundles.ts';

test('a head on the shipped backbone leaves it as it is; one changed weight does not', async () => {
  const { model: backbone } = await loadBackbone();
  const model = decodeModel(withHead(backbone, headByLot()));
  expect(isFrozen(model, backbone)).toBe(true);
  const [name, tensor] = Object.entries(backbone.initializers).findLast(
    ([, { type }]) => type !== 'int64',
  )!;
  const data = tensor.data.slice();
  (data as Float32Array)[0] = 7;
  const tuned = { ...model, initializers: { ...model.initializers, [name]: { ...tensor, data } } };
  expect(isFrozen(tuned as OnnxModel, backbone)).toBe(false);
  expect(isFrozen({ ...model, initializers: {} }, backbone)).toBe(false);
});
