import { expect, test } from '@jest/globals';
import { crossValidatedLogits, stratifiedFolds } from '../../../models/train/cross-validate.ts';
import type { Samples } from '../../../models/train/logistic.ts';
import type { LogisticModel } from '../../../models/train/logistic.ts';
import { fitLogistic, logits } from '../../../models/train/logistic.ts';

const barelyPenalised = {
  l2: 0.001,
  balanced: false,
  gradientNormMax: 1e-6,
  iterationsMax: 2_000,
};
const linear = (model: LogisticModel, rows: Samples) => logits(model, rows.features);
const labels = Uint8Array.from({ length: 53 }, (_, row) => (row % 3 === 0 ? 1 : 0));

test('each fold holds as many rows of each class as any other, give or take one', () => {
  const fold = stratifiedFolds(labels, 5, 3);
  for (const label of [0, 1]) {
    const sizes = [0, 0, 0, 0, 0];
    for (const [row, value] of labels.entries()) if (value === label) sizes[fold[row]!]! += 1;
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }
  expect(stratifiedFolds(labels, 5, 3)).toEqual(fold);
  expect(stratifiedFolds(labels, 5, 4)).not.toEqual(fold);
});

test('no row is judged by a model that has seen it', () => {
  // Each row's only feature is its own number, so that a part tells which rows it holds.
  const samples = { features: Float64Array.from(labels, (_, row) => row), columns: 1, labels };
  const fold = stratifiedFolds(labels, 5, 3);
  const parts: Samples[] = [];
  crossValidatedLogits(samples, {
    folds: 5,
    seed: 3,
    logits: linear,
    fit: (part) => {
      parts.push(part);
      return fitLogistic(part, {
        l2: 1,
        balanced: false,
        gradientNormMax: 1e-8,
        iterationsMax: 200,
      });
    },
  });
  expect(parts).toHaveLength(5);
  for (const [out, part] of parts.entries())
    expect([...part.features]).toEqual([...labels.keys()].filter((row) => fold[row] !== out));
});

test('noise that a model could learn by heart is not recognised in rows that it has not seen', () => {
  const features = Float64Array.from(
    { length: 60 * 40 },
    (_, at) => Math.sin(at * at * 12.9898) * 3,
  );
  const coin = Uint8Array.from({ length: 60 }, (_, row) => row % 2);
  const samples = { features, columns: 40, labels: coin };
  const held = crossValidatedLogits(samples, {
    folds: 10,
    seed: 1,
    logits: linear,
    fit: (part) => fitLogistic(part, barelyPenalised),
  });
  const right = [...held.entries()].filter(([row, z]) => z > 0 === (coin[row] === 1)).length;
  expect(right).toBeGreaterThan(15);
  expect(right).toBeLessThan(45);
});

test('a class with fewer rows than folds is refused', () => {
  expect(() => stratifiedFolds(Uint8Array.of(0, 0, 0, 1), 2, 1)).toThrow(
    expect.objectContaining({ code: 'too-few-rows' }),
  );
  expect(stratifiedFolds(Uint8Array.of(0, 0, 1, 1), 2, 1)).toHaveLength(4);
});
