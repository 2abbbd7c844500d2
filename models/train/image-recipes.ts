// The recipes of the models that read radiographs.
import type { ImageRecipe } from './image-recipe.ts';
import { chestPneumonia } from './recipes/chest-pneumonia.ts';
import { kneeOsteoarthritis } from './recipes/knee-osteoarthritis.ts';
import { musculoskeletalMura } from './recipes/musculoskeletal-mura.ts';

export const imageRecipes: readonly ImageRecipe[] = [
  chestPneumonia,
  kneeOsteoarthritis,
  musculoskeletalMura,
];
