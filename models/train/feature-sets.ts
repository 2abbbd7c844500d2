// The features that a recipe learns from, chooses with and is tested on; patients on both sides are refused.
import { InputError } from '../../fleet/errors.ts';
import type { Backbone } from '../backbone/backbone.ts';
import { openFeatureExtractor } from '../backbone/backbone.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { rowsOfSplit } from '../data/manifest.ts';
import type { FeatureRows } from './features.ts';
import { extractFeatures } from './features.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { progressLines } from './progress.ts';
import type { TrainSettings } from './recipe.ts';

export interface FeatureSets {
  readonly train: FeatureRows;
  readonly validation: FeatureRows;
  /** As the recipe lists them. The first, the headline, holds each film as it is and once varied. */
  readonly tests: readonly FeatureRows[];
}

interface Sources {
  readonly settings: TrainSettings;
  readonly rows: readonly ManifestRow[];
  readonly backbone: Backbone;
  readonly input: ImageInput;
}

export async function featureSets(recipe: ImageRecipe, sources: Sources): Promise<FeatureSets> {
  const { settings, rows, backbone, input } = sources;
  const { train, validation } = recipe.select(rows);
  const tests = recipe.tests.map(({ split }) => rowsOfSplit(rows, split));
  refuseOverlap(train, [validation, ...tests]);
  const extractor = await openFeatureExtractor(backbone);
  const read = (what: string, chosen: readonly ManifestRow[], copies: number) =>
    extractFeatures(extractor, {
      root: settings.dataDir,
      rows: chosen,
      input,
      copies,
      augmentation: recipe.augmentation,
      seed: settings.seed,
      onPicture: progressLines(what, chosen.length, settings),
    });
  try {
    const trainRows = await read('training pictures', train, recipe.copies);
    const validationRows = await read('validation pictures', validation, 0);
    const testRows: FeatureRows[] = [];
    for (const [index, chosen] of tests.entries())
      // The headline set is also read varied, which shows how much the answers hang on crop and exposure.
      testRows.push(
        await read(`test pictures, ${recipe.tests[index]?.split}`, chosen, index === 0 ? 1 : 0),
      );
    return { train: trainRows, validation: validationRows, tests: testRows };
  } finally {
    await extractor.close();
  }
}

/** A patient on both sides would flatter every figure. */
function refuseOverlap(
  train: readonly ManifestRow[],
  others: readonly (readonly ManifestRow[])[],
): void {
  const seen = new Set(train.map(({ patient }) => patient));
  const shared = others.flat().find(({ patient }) => seen.has(patient));
  if (shared !== undefined)
    throw new InputError('split-overlap', {
      found: `The patient on line ${shared.line} of the manifest is in training and in validation or test`,
      why: 'A model recognises patients, so such figures would be worth nothing',
      remedy: 'Split by patient_id',
    });
}
