// Deletion and insertion, on a model that looks at the fine texture of one quarter and nothing else.
import { describe, expect, test } from '@jest/globals';
import type { ImageInput } from '../../../models/bundle/manifest.ts';
import {
  areaUnder,
  cellCurves,
  checkHeatMap,
  drawnFilms,
  inputWithMap,
} from '../../../models/evaluate/heat-map.ts';
import { resizeKernel } from '../../../models/imaging/resize.ts';
import { imageManifest, tableManifest } from '../../support/manifests.ts';

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

const seen = 1 / (1 + Math.exp(-5));
const unseen = 1 / (1 + Math.exp(5));

describe('the curves', () => {
  test('fall and rise with the one cell that matters, wherever it stands in the order', async () => {
    const model = modelWith([5, 1, 0, 0]);
    for (const place of [0, 1, 2, 3]) {
      const order = [1, 2, 3].toSpliced(place, 0, 0);
      const { shares, deletion, insertion } = await cellCurves(model, film(100), {
        order,
        across: 2,
      });
      expect(shares).toEqual([0, 0.25, 0.5, 0.75, 1]);
      for (const step of [0, 1, 2, 3, 4]) {
        // Mixed pictures keep a trace of texture where a blurred cell meets a sharp one.
        expect(deletion[step]).toBeCloseTo(step <= place ? seen : unseen, 1);
        expect(insertion[step]).toBeCloseTo(step <= place ? unseen : seen, 1);
      }
    }
  });

  test('have the area of their trapezoids, wide and narrow', () => {
    expect(areaUnder([0, 0.5, 1], [1, 0, 0])).toBeCloseTo(0.25, 12);
    expect(areaUnder([0, 0.25, 1], [1, 1, 0])).toBeCloseTo(0.25 + 0.375, 12);
  });
});

describe('the map\u2019s order', () => {
  const films = Array.from({ length: 96 }, () => async () => film(100));

  test('beats a random one where the map shows the cell that the score came from', async () => {
    const { deletion, insertion } = await checkHeatMap(modelWith([5, 1, 0, 0]), films, { seed: 3 });
    expect(deletion.map).toBeLessThan(deletion.random);
    expect(insertion.map).toBeGreaterThan(insertion.random);
    expect(deletion.better.low).toBeGreaterThan(0.5);
    expect(insertion.better.low).toBeGreaterThan(0.5);
    expect(deletion.curve.map(({ share }) => share)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(deletion.curve[1]!.map).toBeCloseTo(unseen, 1);
  });

  test('does not where the map points elsewhere, against the same random orders', async () => {
    const right = await checkHeatMap(modelWith([5, 1, 0, 0]), films, { seed: 3 });
    const wrong = await checkHeatMap(modelWith([-5, 1, 0, 0]), films, { seed: 3 });
    expect(wrong.deletion.map).toBeGreaterThan(wrong.deletion.random);
    expect(wrong.insertion.map).toBeLessThan(wrong.insertion.random);
    expect(wrong.deletion.better.high).toBeLessThan(0.5);
    expect(wrong.deletion.random).toBe(right.deletion.random);
    expect(wrong.insertion.random).toBe(right.insertion.random);
  });
});

test('films are drawn by the seed, with the finding, and one of each patient', () => {
  const rows = Array.from({ length: 60 }, (_, row) => row);
  const samples = {
    labels: Uint8Array.from(rows, (row) => row % 2),
    patients: rows.map((row) => `p${row % 20}`),
  };
  const drawn = drawnFilms(samples, { count: 8, seed: 1 });
  expect(drawn).toHaveLength(8);
  expect(drawn.every((row) => row % 2 === 1)).toBe(true);
  expect(new Set(drawn.map((row) => row % 20)).size).toBe(8);
  expect(drawnFilms(samples, { count: 8, seed: 1 })).toEqual(drawn);
  expect(drawnFilms(samples, { count: 8, seed: 2 })).not.toEqual(drawn);
  // Ten patients have the finding.
  expect(drawnFilms(samples, { count: 100, seed: 1 })).toHaveLength(10);
});

test.each([
  ['a table', tableManifest, 'rows of a table'],
  ['no map', { ...imageManifest, outputs: { logit: 'logit' } }, 'no output "cam"'],
])('a model with %s is refused before any row is read', (_, manifest, why) => {
  expect(() => inputWithMap(manifest)).toThrow(
    expect.objectContaining({
      code: 'no-heat-map',
      parts: expect.objectContaining({ why: expect.stringContaining(why) }),
    }),
  );
});
