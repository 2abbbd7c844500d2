// Trains an image model: fine-tuned graph, decisions from validation films, bundle and card.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Backbone } from '../backbone/backbone.ts';
import { backboneImageInput, loadBackbone } from '../backbone/backbone.ts';
import { featureCount } from '../backbone/efficientnet-lite0.ts';
import { imageTensors, withHead } from '../backbone/head.ts';
import type { BundleManifest, ImageInput } from '../bundle/manifest.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { referenceOf } from '../drift/stability.ts';
import { readManifest } from '../data/manifest.ts';
import { gateFor } from '../known/gate-for.ts';
import { gateSources } from '../known/gate-sources.ts';
import { decodeModel, encodeModel } from '../onnx/file.ts';
import { replaceWeights } from '../onnx/replace-weights.ts';
import { renderCard } from './card.ts';
import type { Decision } from './decide.ts';
import { decide } from './decide.ts';
import type { FineTuned } from './fine-tune/job.ts';
import { fineTune } from './fine-tune/fine-tune.ts';
import type { Asked, Predecessor } from './fine-tune/predecessor.ts';
import { loadPredecessor } from './fine-tune/predecessor.ts';
import type { Teacher } from './fine-tune/teacher.ts';
import { trainingJob } from './fine-tune/training-job.ts';
import { goldenPictures } from './golden.ts';
import { imageCard } from './image-card.ts';
import type { ImageRecipe, Questions } from './image-recipe.ts';
import type { ReadRows } from './read-rows.ts';
import type { Trained, TrainSettings } from './recipe.ts';
import { checkSettings, commandOf, dataFile } from './recipe.ts';
import { readSets, rowSets } from './row-sets.ts';

export async function trainImageModel(
  recipe: ImageRecipe,
  settings: TrainSettings,
): Promise<Trained> {
  await checkSettings(recipe.name, settings);
  const { task, licence } = recipe.data;
  const manifestPath = await dataFile(settings.dataDir, 'manifest.csv');
  const rows = rowSets(recipe, await readManifest(manifestPath, task));
  const backbone = await loadBackbone();
  const input: ImageInput = { ...backboneImageInput, expects: recipe.expects };
  const before = await versionsBefore(recipe, settings);
  const job = await trainingJob(recipe, { settings, backbone, input, ...before, ...rows });
  const tuned = await fineTune(job);
  const plain = tunedModel(backbone, tuned, recipe.questions);
  const { model, gate, fit } = await gateFor(decodeModel(plain), {
    ...(await gateSources(recipe, settings)),
    input,
    onProgress: settings.onProgress,
  });
  const modelBytes = encodeModel(model);
  const outputs = outputsOf(recipe.questions);
  const sets = await readSets(recipe, rows, { bytes: modelBytes, input, outputs, gate }, settings);
  const decision = decide(recipe, sets);
  const golden = await goldenPictures(modelBytes, input, recipe.drawPhantom);
  const tableSha256 = createHash('sha256')
    .update(await readFile(manifestPath))
    .digest('hex');
  const card = imageCard(recipe, {
    settings,
    continuedFrom: before.predecessor && nameOf(before.predecessor),
    sets,
    tuned,
    decision,
    backbone,
    tableSha256,
    gate: fit,
  });
  const bundle = await writeBundle(settings.registry, {
    manifest: {
      formatVersion: 1,
      name: recipe.name,
      version: settings.version,
      task,
      label: recipe.label,
      input,
      outputs,
      ...(decision.grades && { grades: decision.grades }),
      gate,
      ...answersOf(decision),
      reference: referenceFrom(sets.validation),
      validation: { setSha256: tableSha256, floors: recipe.floors },
      golden: golden.inputs,
      licence: `Trained weights: the licence of this repository. Backbone: ${backbone.record.licence}. Trained on ${licence} data, see CARD.md`,
      provenance: {
        ...provenanceOf(recipe, settings, before),
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

interface VersionsBefore {
  readonly teacher: Teacher | null;
  readonly predecessor: Predecessor | null;
}

async function versionsBefore(
  { name, questions, fineTuning: { teacher } }: ImageRecipe,
  { published, continueFrom }: TrainSettings,
): Promise<VersionsBefore> {
  const asked: Asked = { name, questions: questions.count, published };
  return {
    teacher: teacher && { ...teacher, ...(await loadPredecessor(teacher.version, asked)) },
    predecessor: continueFrom === undefined ? null : await loadPredecessor(continueFrom, asked),
  };
}

const provenanceOf = (
  { name, data: { doi, attribution } }: ImageRecipe,
  settings: TrainSettings,
  { teacher, predecessor }: VersionsBefore,
) => ({
  command: commandOf(name, settings),
  date: settings.date,
  data: doi === null ? attribution : `doi:${doi}`,
  ...named('teacher', teacher),
  ...named('continuedFrom', predecessor),
});

/** As `<as>` and `<as>Sha256`. */
function named(as: string, before: Pick<Predecessor, 'bundle'> | null): Record<string, string> {
  if (before === null) return {};
  return { [as]: nameOf(before), [`${as}Sha256`]: before.bundle.manifest.model.sha256 };
}

const nameOf = ({ bundle: { manifest } }: Pick<Predecessor, 'bundle'>): string =>
  `${manifest.name} ${manifest.version}`;

/** The backbone with what it has learnt, in the precision in which it is stored, and the head on top. */
function tunedModel(
  { model }: Backbone,
  { weights, headWeights, headBias }: FineTuned,
  { count, headline, grades }: Questions,
): Uint8Array {
  const rowOf = (question: number) =>
    Float64Array.from(headWeights.subarray(question * featureCount, (question + 1) * featureCount));
  const head = { weights: rowOf(headline), bias: headBias[headline] ?? Number.NaN };
  const gradeHead = {
    weights: Float64Array.from(headWeights.subarray(0, count * featureCount)),
    biases: Float64Array.from(headBias),
  };
  return withHead(replaceWeights(model, weights), head, grades === undefined ? null : gradeHead);
}

const outputsOf = ({ grades }: Questions): BundleManifest['outputs'] => ({
  ...imageTensors.outputs,
  ...(grades && { grades: 'grades' }),
});

/** What readings in service are held against. */
const referenceFrom = ({ logits, margins, distances }: ReadRows) =>
  referenceOf({ logit: logits, margin: margins, distance: distances });

const answersOf = ({ calibration, threshold, band }: Decision) => ({
  calibration,
  threshold,
  unsure: { low: band.low, high: band.high },
});
