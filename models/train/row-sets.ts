// The rows that a recipe learns from, chooses with and is tested on; patients on both sides are refused.
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest, Gate, ImageInput } from '../bundle/manifest.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { rowsOfSplit } from '../data/manifest.ts';
import { openOnnxSession } from '../engine/onnx-session.ts';
import { augment } from './augment.ts';
import { chanceOf } from './fine-tune/pictures.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { progressLines } from './progress.ts';
import type { ReadRows } from './read-rows.ts';
import { readRows } from './read-rows.ts';
import type { TrainSettings } from './recipe.ts';

export interface RowSets {
  readonly train: readonly ManifestRow[];
  readonly validation: readonly ManifestRow[];
  /** As the recipe lists them; the first is the headline. */
  readonly tests: readonly (readonly ManifestRow[])[];
}

/** Throws `InputError` 'split-overlap': a patient on both sides would flatter every figure. */
export function rowSets(recipe: ImageRecipe, rows: readonly ManifestRow[]): RowSets {
  const { train, validation } = recipe.select(rows);
  const tests = recipe.tests.map(({ split }) => rowsOfSplit(rows, split));
  const seen = new Set(train.map(({ patient }) => patient));
  const shared = [validation, ...tests].flat().find(({ patient }) => seen.has(patient));
  if (shared !== undefined)
    throw new InputError('split-overlap', {
      found: `The patient on line ${shared.line} of the manifest is in training and in validation or test`,
      why: 'A model recognises patients, so such figures would be worth nothing',
      remedy: 'Split by patient_id',
    });
  return { train, validation, tests };
}

export interface ReadSets {
  readonly train: ReadRows;
  readonly validation: ReadRows;
  /** The validation films again, each in varied copies; empty where the recipe asks for none. */
  readonly variedValidation: readonly ReadRows[];
  readonly tests: readonly ReadRows[];
  /** The headline's films, each varied once: how much the answers hang on crop and exposure. */
  readonly variedHeadline: ReadRows;
}

interface Model {
  readonly bytes: Uint8Array;
  readonly input: ImageInput;
  readonly outputs: BundleManifest['outputs'];
  readonly gate: Gate;
}

/** Epochs count from 1, so that no training picture was ever varied like this. */
const variationOf = (copy: number) => 2 ** 20 + copy;

export async function readSets(
  recipe: ImageRecipe,
  { train, validation, tests }: RowSets,
  model: Model,
  settings: TrainSettings,
): Promise<ReadSets> {
  const session = await openOnnxSession(model.bytes);
  const read = (what: string, rows: readonly ManifestRow[], copy: number | null = null) =>
    readRows(session, {
      root: settings.dataDir,
      rows,
      ...model,
      vary:
        copy === null
          ? null
          : (image, { line }) =>
              augment(
                image,
                recipe.fineTuning.augmentation,
                chanceOf(settings.seed, variationOf(copy), line),
              ),
      onPicture: progressLines(what, rows.length, settings),
    });
  try {
    const variedValidation: ReadRows[] = [];
    for (let copy = 1; copy <= recipe.calibration.variedCopies; copy++)
      variedValidation.push(await read(`validation pictures, varied ${copy}`, validation, copy));
    const testRows: ReadRows[] = [];
    for (const [index, rows] of tests.entries())
      testRows.push(await read(`test pictures, ${recipe.tests[index]?.split}`, rows));
    return {
      train: await read('training pictures, as they are', train),
      validation: await read('validation pictures, as they are', validation),
      variedValidation,
      tests: testRows,
      variedHeadline: await read('test pictures, varied', tests[0] ?? [], 0),
    };
  } finally {
    await session.close();
  }
}
