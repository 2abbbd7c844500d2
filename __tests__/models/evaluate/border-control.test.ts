// The control without the border, on a model that reads one grey level at a corner and one in the middle.
import { expect, test } from '@jest/globals';
import type { ImageInput } from '../../../models/bundle/manifest.ts';
import { borderControl } from '../../../models/evaluate/border-control.ts';
import { imageManifest } from '../../support/manifests.ts';

const side = 10;
const input: ImageInput = {
  ...(imageManifest.input as ImageInput),
  width: side,
  height: side,
  mean: 100,
  deviation: 50,
};
const rows = 40;
const labels = Uint8Array.from({ length: rows }, (_, row) => row % 2);
const patients = Array.from({ length: rows }, (_, row) => `p${row}`);
const corner = 0;
const middle = (side / 2) * side + side / 2;

/** Tensors that say the label at `tells`; `model` looks at `looks`. */
async function controlled(tells: number, looks: number, count = rows) {
  const read = async (row: number) => ({
    tensor: new Float32Array(side * side).fill(0.5).fill(row % 2, tells, tells + 1),
  });
  const model = {
    infer: async (tensor: Float32Array) => ({
      logit: tensor.slice(looks, looks + 1),
      cam: null,
      camHeight: 0,
      camWidth: 0,
      features: null,
      gate: null,
    }),
  };
  return borderControl(
    model,
    {
      labels: labels.subarray(0, count),
      patients: patients.slice(0, count),
      read,
      whole: Float64Array.from({ length: count }, (_, row) => row % 2),
      input,
    },
    { seed: 1, resamples: 100 },
  );
}

test('a model that reads the border loses its discrimination with it', async () => {
  expect(await controlled(corner, corner)).toEqual({
    share: 0.1,
    auroc: { value: 1, low: 1, high: 1 },
    withoutBorder: { value: 0.5, low: 0.5, high: 0.5 },
    lost: { value: 0.5, low: 0.5, high: 0.5 },
  });
});

test('one that reads the middle loses nothing', async () => {
  expect((await controlled(middle, middle)).lost).toEqual({ value: 0, low: 0, high: 0 });
});

test('of few patients the loss has no interval', async () => {
  expect((await controlled(corner, corner, 12)).lost).toEqual({
    value: 0.5,
    low: null,
    high: null,
  });
});
