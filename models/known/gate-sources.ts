// Finds what a recipe's gate is fitted with: its own films, and the training films of every other task in the data folder.
import { isInputError } from '../../fleet/errors.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { readManifest } from '../data/manifest.ts';
import type { ImageRecipe } from '../train/image-recipe.ts';
import { imageRecipes } from '../train/image-recipes.ts';
import type { TrainSettings } from '../train/recipe.ts';
import { dataFile } from '../train/recipe.ts';
import type { GateSources } from './gate-pictures.ts';

/** Of the knee films 1.3 % came inverted (of 525 looked at), and the model was trained on them; of the chest films none. */
const negativesOccurIn: ReadonlySet<string> = new Set(['knee-osteoarthritis']);

export async function gateSources(
  recipe: ImageRecipe,
  { dataDir, seed }: Pick<TrainSettings, 'dataDir' | 'seed'>,
): Promise<GateSources> {
  const file = await dataFile(dataDir, 'manifest.csv');
  const { task } = recipe.data;
  const { train, validation } = recipe.select(await readManifest(file, task));
  const others: ManifestRow[] = [];
  const drawOtherPhantoms: GateSources['drawOtherPhantoms'][number][] = [];
  for (const other of imageRecipes) {
    if (other.name === recipe.name) continue;
    others.push(...other.select(await rowsOf(file, other.data.task)).train);
    // What is drawn alike cannot be told apart.
    if (other.drawPhantom !== recipe.drawPhantom)
      drawOtherPhantoms.push((at) => other.drawPhantom(at, at % 2 === 1));
  }
  return {
    root: dataDir,
    train,
    validation,
    others,
    augmentation: recipe.fineTuning.augmentation,
    negativesOccur: negativesOccurIn.has(recipe.name),
    drawPhantom: (at) => recipe.drawPhantom(at, at % 2 === 1),
    drawOtherPhantoms,
    seed,
  };
}

/** A folder with the films of one task only is no mistake. */
async function rowsOf(file: string, task: string): Promise<readonly ManifestRow[]> {
  try {
    return await readManifest(file, task);
  } catch (error) {
    if (isInputError(error) && error.code === 'no-rows') return [];
    throw error;
  }
}
