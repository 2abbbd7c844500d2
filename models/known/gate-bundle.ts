// Gives the gate to a bundle that is finished: the same weights and golden answers under a new version.
import type { Bundle } from '../bundle/load-bundle.ts';
import type { Gate, ImageInput } from '../bundle/manifest.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { readManifest } from '../data/manifest.ts';
import { openOnnxSession } from '../engine/onnx-session.ts';
import { InputError } from '../../fleet/errors.ts';
import { decodeModel, encodeModel } from '../onnx/file.ts';
import type { ModelCard } from '../train/card.ts';
import { renderCard } from '../train/card.ts';
import type { ImageRecipe } from '../train/image-recipe.ts';
import { imageRecipes } from '../train/image-recipes.ts';
import { progressLines } from '../train/progress.ts';
import { readRows } from '../train/read-rows.ts';
import type { TrainSettings } from '../train/recipe.ts';
import { dataFile } from '../train/recipe.ts';
import { rowSets } from '../train/row-sets.ts';
import type { Gated } from './gate-for.ts';
import { gateFor } from './gate-for.ts';
import { gateFeaturesText } from './gate-graph.ts';
import { gateSources } from './gate-sources.ts';

type Settings = Pick<
  TrainSettings,
  'dataDir' | 'registry' | 'version' | 'seed' | 'replace' | 'onProgress'
>;

/** `InputError` 'no-image-recipe', 'version-exists', and what is wrong with the data. */
export async function gateBundle(bundle: Bundle, settings: Settings) {
  const { manifest, modelBytes, files } = bundle;
  const { recipe, input } = recipeOf(bundle);
  const { dataDir, seed, version, onProgress } = settings;
  const sources = await gateSources(recipe, { dataDir, seed });
  const { model, gate, fit } = await gateFor(decodeModel(modelBytes), {
    ...sources,
    input,
    onProgress,
  });
  const { model: _old, ...rest } = manifest;
  const bytes = encodeModel(model);
  const gated = await writeBundle(settings.registry, {
    manifest: {
      ...rest,
      version,
      gate,
      provenance: {
        ...manifest.provenance,
        gate: `evenkeel film-gate ${manifest.name} --seed ${seed} --model-version ${version}`,
        gateOf: `${manifest.name} ${manifest.version}`,
      },
    },
    modelBytes: bytes,
    files: {
      ...Object.fromEntries(files),
      ...(await cardFiles(bundle, { recipe, settings, input, bytes, gate, fit })),
    },
    overwrite: settings.replace,
  });
  return { bundle: gated, fit };
}

function recipeOf({ manifest: { name, input } }: Bundle) {
  const recipe = imageRecipes.find((one) => one.name === name);
  if (recipe !== undefined && input.kind === 'image') return { recipe, input };
  throw new InputError('no-image-recipe', {
    found: `There is no image recipe "${name}"`,
    why: 'The recipe says which films were trained on and how they may vary',
    remedy: `Choose a bundle of ${imageRecipes.map((one) => one.name).join(', ')}`,
  });
}

interface Regated extends Pick<Gated, 'fit'> {
  readonly recipe: ImageRecipe;
  readonly settings: Settings;
  readonly input: ImageInput;
  readonly bytes: Uint8Array;
  readonly gate: Gate;
}

/** The card of the weights, with what the new gate makes of the test films. A model without a card of ours keeps what it has. */
async function cardFiles(
  { manifest: { outputs }, files }: Bundle,
  { recipe, settings, input, bytes, gate, fit }: Regated,
): Promise<Record<string, string>> {
  const text = files.get('card.json');
  if (text === undefined) return {};
  const card = JSON.parse(new TextDecoder().decode(text)) as ModelCard;
  const { dataDir, onProgress, version } = settings;
  const rows = await readManifest(await dataFile(dataDir, 'manifest.csv'), recipe.data.task);
  const session = await openOnnxSession(bytes);
  const counts: { readonly refused: number; readonly unfamiliar: number }[] = [];
  try {
    for (const tests of rowSets(recipe, rows).tests) {
      const onPicture = progressLines('test pictures', tests.length, { onProgress });
      const job = { root: dataDir, rows: tests, input, outputs, gate, vary: null, onPicture };
      counts.push(await readRows(session, job));
    }
  } finally {
    await session.close();
  }
  const regated = {
    ...card,
    version,
    gate: {
      looksAt: gateFeaturesText,
      ...fit,
      refused: counts.map(({ refused }) => refused),
      unfamiliar: counts.map(({ unfamiliar }) => unfamiliar),
    },
  };
  return {
    'card.json': `${JSON.stringify(regated, null, 2)}\n`,
    'CARD.md': renderCard(regated),
  };
}
