// Trains an image model: frozen backbone, logistic head, threshold and calibration from validation rows, bundle and card.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { backboneImageInput, loadBackbone } from '../backbone/backbone.ts';
import { imageTensors, withHead } from '../backbone/head.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { deposits } from '../data/deposits.ts';
import { readManifest } from '../data/manifest.ts';
import { renderCard } from './card.ts';
import { choosePenalty } from './choose-penalty.ts';
import { featureSets } from './feature-sets.ts';
import { goldenPictures } from './golden.ts';
import { decisionOf, imageCard } from './image-card.ts';
import type { ImageRecipe } from './image-recipe.ts';
import type { Trained, TrainSettings } from './recipe.ts';
import { checkSettings, commandOf, dataFile } from './recipe.ts';

export async function trainImageModel(
  recipe: ImageRecipe,
  settings: TrainSettings,
): Promise<Trained> {
  await checkSettings(recipe.name, settings);
  const { task } = deposits[recipe.name];
  const manifestPath = await dataFile(settings.dataDir, 'manifest.csv');
  const rows = await readManifest(manifestPath, task);
  const backbone = await loadBackbone();
  const input: ImageInput = { ...backboneImageInput, expects: recipe.expects };
  const sets = await featureSets(recipe, { settings, rows, backbone, input });
  const head = choosePenalty(sets.train, sets.validation, {
    grid: recipe.penalties,
    onFit: ({ l2, model, validationLogLoss }) =>
      settings.onProgress(
        `penalty ${l2}: ${model.iterations} iterations, validation log loss ${validationLogLoss.toFixed(4)}`,
      ),
  });
  const modelBytes = withHead(backbone.model, head.model);
  const golden = await goldenPictures(modelBytes, input, recipe.drawPhantom);
  const tableSha256 = createHash('sha256')
    .update(await readFile(manifestPath))
    .digest('hex');
  const decision = decisionOf(recipe, sets, head);
  const card = imageCard(recipe, { settings, sets, head, decision, backbone, tableSha256 });
  const bundle = await writeBundle(settings.registry, {
    manifest: {
      formatVersion: 1,
      name: recipe.name,
      version: settings.version,
      task,
      label: recipe.label,
      input,
      outputs: imageTensors.outputs,
      calibration: head.calibration,
      threshold: decision.threshold,
      unsure: { low: decision.low, high: decision.high },
      golden: golden.inputs,
      licence: `Head: the licence of this repository. Backbone: ${backbone.record.licence}. Trained on ${deposits[recipe.name].licence} data, see CARD.md`,
      provenance: {
        command: commandOf(recipe.name, settings),
        date: settings.date,
        data: `doi:${deposits[recipe.name].doi}`,
        dataTableSha256: tableSha256,
        backbone: backbone.record.name,
        backboneSha256: backbone.record.sha256,
      },
    },
    modelBytes,
    files: {
      ...golden.files,
      'card.json': `${JSON.stringify(card, null, 2)}\n`,
      'CARD.md': renderCard(card),
    },
    overwrite: settings.replace,
  });
  return { bundle, card };
}
