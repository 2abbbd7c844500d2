// Gives the gate to a bundle that is finished: the same weights and golden answers under a new version.
import type { Bundle } from '../bundle/load-bundle.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { InputError } from '../../fleet/errors.ts';
import { decodeModel, encodeModel } from '../onnx/file.ts';
import type { TrainSettings } from '../train/recipe.ts';
import { imageRecipes } from '../train/image-recipes.ts';
import { gateFor } from './gate-for.ts';
import { gateSources } from './gate-sources.ts';

type Settings = Pick<
  TrainSettings,
  'dataDir' | 'registry' | 'version' | 'seed' | 'replace' | 'onProgress'
>;

export async function gateBundle(bundle: Bundle, settings: Settings) {
  const { manifest, modelBytes, files } = bundle;
  const recipe = imageRecipes.find(({ name }) => name === manifest.name);
  const { input } = manifest;
  if (recipe === undefined || input.kind !== 'image')
    throw new InputError('no-image-recipe', {
      found: `There is no image recipe "${manifest.name}"`,
      why: 'The recipe says which films were trained on and how they may vary',
      remedy: `Choose a bundle of ${imageRecipes.map(({ name }) => name).join(', ')}`,
    });
  const { dataDir, seed, onProgress } = settings;
  const sources = await gateSources(recipe, { dataDir, seed });
  const { model, gate, fit } = await gateFor(decodeModel(modelBytes), {
    ...sources,
    input,
    onProgress,
  });
  const { model: _old, ...rest } = manifest;
  const gated = await writeBundle(settings.registry, {
    manifest: { ...rest, version: settings.version, gate },
    modelBytes: encodeModel(model),
    files: Object.fromEntries(files),
    overwrite: settings.replace,
  });
  return { bundle: gated, fit };
}
