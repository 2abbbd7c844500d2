// Deletion, insertion and the border, on a model that looks at the fine texture of one quarter and nothing else.
import { describe, expect, test } from '@jest/globals';
import type { ImageInput } from '../../../models/bundle/manifest.ts';
import {
  checkBorder,
  checkHeatMap,
  curveAreas,
  withoutBorder,
} from '../../../models/evaluate/heat-map.ts';
import { resizeKernel } from '../../../models/imaging/resize.ts';
import { imageManifest } from '../../support/manifests.ts';

const side = 8;
const input: ImageInput = {
  ...(imageManifest.input as ImageInput),
  width: side,
  height: side,
  resize: { fit: 'squash', kernel: resizeKernel },
  mean: 0,
  deviation: 1,
};

/** Looks at how much neighbours differ in the upper left quarter; `map` is what it claims to have looked at. */
const modelWith = (map: readonly number[]) => ({
  manifest: { ...imageManifest, input },
  infer: async (tensor: Float32Array, n: number) => ({
    logit: Float32Array.from({ length: n }, (_, sample) => {
      let texture = 0;
      for (let y = 0; y < side / 2; y++)
        for (let x = 1; x < side / 2; x++) {
          const at = sample * 3 * side * side + y * side + x;
          texture += Math.abs(tensor[at]! - tensor[at - 1]!) / 12;
        }
      return (texture - 50) / 10;
    }),
    cam: Float32Array.from(map),
    camHeight: 2,
    camWidth: 2,
    features: null,
    gate: null,
  }),
});

/** Striped all over; only what is in the upper left quarter matters to the model. */
const film = (contrast: number) => ({
  width: side,
  height: side,
  pixels: Uint8Array.from({ length: side * side }, (_, i) => 100 + (i % 2) * contrast),
});

describe('the curves', () => {
  const model = modelWith([5, 1, 0, 0]);

  test('fall and rise with the one cell that matters, wherever it stands in the order', async () => {
    const seen = 1 / (1 + Math.exp(-5));
    const unseen = 1 / (1 + Math.exp(5));
    for (const place of [0, 1, 2, 3]) {
      const order = [1, 2, 3].toSpliced(place, 0, 0);
      const areas = await curveAreas(model, film(100), { order, across: 2 });
      // Five points, four intervals: `place` of them before the cell goes, one across, the others after.
      const before = place + 0.5;
      expect(areas.deletion).toBeCloseTo((before * seen + (4 - before) * unseen) / 4, 2);
      expect(areas.insertion).toBeCloseTo((before * unseen + (4 - before) * seen) / 4, 2);
    }
  });

  test('prefer a map that shows the cell to one that shows another', async () => {
    const films = Array.from({ length: 12 }, () => async () => film(100));
    const right = await checkHeatMap(model, films, { seed: 3 });
    const wrong = await checkHeatMap(modelWith([-5, 1, 0, 0]), films, { seed: 3 });
    expect(right.map.deletion).toBeLessThan(right.random.deletion);
    expect(right.map.insertion).toBeGreaterThan(right.random.insertion);
    expect(wrong.map.deletion).toBeGreaterThan(wrong.random.deletion);
    expect(right.deletionBetter.value).toBeGreaterThan(wrong.deletionBetter.value);
    expect(right.random).toEqual(wrong.random);
  });
});

test('without its border a film is black outside and unchanged inside', () => {
  const { pixels } = withoutBorder(film(100), 0.25);
  expect(pixels.filter((grey) => grey === 0)).toHaveLength(64 - 16);
  expect(pixels[2 * side + 3]).toBe(200);
});

test('a model that reads the border loses its discrimination with it', async () => {
  const bordered = {
    ...modelWith([1, 0, 0, 0]),
    infer: async (tensor: Float32Array, n: number) => ({
      ...(await modelWith([1, 0, 0, 0]).infer(tensor, n)),
      logit: Float32Array.from(
        { length: n },
        (_, sample) => tensor[sample * 3 * side * side]! - 50,
      ),
    }),
  };
  const films = [0, 1, 0, 1].map((label) => ({
    label: label as 0 | 1,
    film: async () => ({ width: side, height: side, pixels: new Uint8Array(64).fill(50 + label) }),
  }));
  expect(await checkBorder(bordered, films)).toEqual({
    films: 4,
    share: 0.1,
    auroc: 1,
    aurocWithoutBorder: 0.5,
  });
});
