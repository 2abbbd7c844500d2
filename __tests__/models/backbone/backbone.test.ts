// The shipped backbone is the one that was imported, and answers like the original network.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadBackbone, openFeatureExtractor } from '../../../models/backbone/backbone.ts';
import { samePads } from '../../../models/backbone/efficientnet-lite0.ts';

interface Parity {
  readonly parity: {
    readonly limit: number;
    readonly singlePrecision: Record<string, { readonly relative: number }>;
    readonly halfPrecision: { readonly features: { readonly absolute: number } };
    readonly fourthFeatures: readonly number[];
  };
}

const { parity } = JSON.parse(
  readFileSync('models/backbone/efficientnet-lite0.json', 'utf8'),
) as Parity;

/** import.py's fourth picture: black, and white in rows 60 to 139 and columns 80 to 149. */
function fourthPicture(): Float32Array {
  const plane = Array.from({ length: 224 * 224 }, (_, i) => {
    const [y, x] = [Math.floor(i / 224), i % 224];
    return ((y >= 60 && y < 140 && x >= 80 && x < 150 ? 255 : 0) - 127) / 128;
  });
  return Float32Array.from([...plane, ...plane, ...plane]);
}

describe('the shipped backbone', () => {
  test('gives the features of the original, but for the rounding of its weights', async () => {
    const extractor = await openFeatureExtractor(await loadBackbone());
    const features = await extractor.features(fourthPicture(), 1);
    await extractor.close();
    expect(features).toHaveLength(1_280);
    const differences = parity.fourthFeatures.map((original, i) =>
      Math.abs(original - features[i]!),
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(parity.halfPrecision.features.absolute);
    expect(parity.fourthFeatures.some((original) => original > 1)).toBe(true);
  });

  test('matched the original within the limit when it was imported', () => {
    const worst = Object.values(parity.singlePrecision).map(({ relative }) => relative);
    expect(worst).toHaveLength(3);
    expect(Math.max(...worst)).toBeLessThanOrEqual(parity.limit);
  });

  test('holds its weights in half precision and no ImageNet classifier', async () => {
    const { model } = await loadBackbone();
    const halves = Object.values(model.initializers).filter(({ type }) => type === 'float16');
    expect(halves).toHaveLength(49);
    expect(model.outputs.map(({ name }) => name)).toEqual(['features', 'maps']);
  });
});

describe('padding as TensorFlow does it', () => {
  test.each([
    [224, 3, 2, [0, 0, 1, 1]],
    [112, 3, 1, [1, 1, 1, 1]],
    [56, 5, 2, [1, 1, 2, 2]],
    [14, 5, 1, [2, 2, 2, 2]],
    [7, 1, 1, [0, 0, 0, 0]],
    [7, 3, 2, [1, 1, 1, 1]],
  ] as const)('side %i, kernel %i, stride %i', (size, kernel, stride, pads) => {
    expect(samePads(size, kernel, stride)).toEqual(pads);
  });
});
