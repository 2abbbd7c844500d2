// The recipes by name.
import { imageRecipes } from './image-recipes.ts';
import type { Trained, TrainSettings } from './recipe.ts';
import { trainImageModel } from './train-image-model.ts';
import { trainWdbc, wdbcTask } from './recipes/breast-cancer-wdbc.ts';

export const recipes: ReadonlyMap<string, (settings: TrainSettings) => Promise<Trained>> = new Map([
  ...imageRecipes.map(
    (recipe) =>
      [recipe.name, (settings: TrainSettings) => trainImageModel(recipe, settings)] as const,
  ),
  [wdbcTask, trainWdbc] as const,
]);
