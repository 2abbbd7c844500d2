// The recipes by name.
import type { Trained, TrainSettings } from './recipe.ts';
import { trainImageModel } from './train-image-model.ts';
import { trainWdbc, wdbcTask } from './recipes/breast-cancer-wdbc.ts';
import { chestPneumonia } from './recipes/chest-pneumonia.ts';
import { kneeOsteoarthritis } from './recipes/knee-osteoarthritis.ts';
import { musculoskeletalMura } from './recipes/musculoskeletal-mura.ts';

const imageRecipes = [chestPneumonia, kneeOsteoarthritis, musculoskeletalMura];

export const recipes: ReadonlyMap<string, (settings: TrainSettings) => Promise<Trained>> = new Map([
  ...imageRecipes.map(
    (recipe) =>
      [recipe.name, (settings: TrainSettings) => trainImageModel(recipe, settings)] as const,
  ),
  [wdbcTask, trainWdbc] as const,
]);
