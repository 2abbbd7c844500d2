// What a recipe means for the training: its pictures decoded, its questions answered, its rows weighed.
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Backbone } from '../../backbone/backbone.ts';
import type { ImageInput } from '../../bundle/manifest.ts';
import type { ManifestRow } from '../../data/manifest.ts';
import type { ImageRecipe, Questions } from '../image-recipe.ts';
import { progressLines } from '../progress.ts';
import type { TrainSettings } from '../recipe.ts';
import type { Labelled, TrainingJob } from './job.ts';
import { decodedPictures } from './pictures.ts';
import type { Predecessor } from './predecessor.ts';
import { headsOf, withWeightsOf } from './predecessor.ts';
import type { Teacher } from './teacher.ts';
import { taught } from './teacher.ts';

interface JobParts {
  readonly settings: TrainSettings;
  readonly backbone: Backbone;
  readonly input: ImageInput;
  /** Where the recipe asks for one. */
  readonly teacher: Teacher | null;
  /** Whose weights the training begins with; null: the backbone's. */
  readonly predecessor: Predecessor | null;
  readonly train: readonly ManifestRow[];
  readonly validation: readonly ManifestRow[];
}

export async function trainingJob(
  { name, questions, fineTuning }: ImageRecipe,
  { settings, backbone, input, teacher, predecessor, train, validation }: JobParts,
): Promise<TrainingJob> {
  const { seed, workDir, onProgress } = settings;
  const read = await labelled(train, questions, settings);
  return {
    ...beginning(backbone, predecessor),
    input,
    settings: fineTuning,
    seed,
    questions: questions.count,
    headline: questions.headline,
    train:
      teacher === null
        ? read
        : { ...read, answers: await taught(teacher, read, { input, onProgress }) },
    validation: await labelled(validation, questions, settings),
    checkpoint: path.join(workDir, `${name}-seed-${seed}.checkpoint`),
    dataSha256: rowsHash([...train, ...validation], questions, [
      backbone.record.sha256,
      ...[teacher, predecessor].map((before) => before?.bundle.manifest.model.sha256 ?? ''),
    ]),
    onProgress,
  };
}

const beginning = (
  { model }: Backbone,
  predecessor: Predecessor | null,
): Pick<TrainingJob, 'model' | 'head'> =>
  predecessor === null
    ? { model, head: null }
    : { model: withWeightsOf(predecessor, model), head: headsOf(predecessor) };

async function labelled(
  rows: readonly ManifestRow[],
  questions: Questions,
  { dataDir, onProgress }: TrainSettings,
): Promise<Labelled> {
  const step = progressLines('pictures decoded', rows.length, { onProgress });
  return {
    pictures: await decodedPictures(dataDir, rows, step),
    lines: rows.map(({ line }) => line),
    answers: Float32Array.from(rows.flatMap((row) => questions.answers(row))),
    weights: questions.balanced ? balance(rows) : new Float32Array(rows.length).fill(1),
  };
}

/** Rows of a class share half of all weight; the mean weight is 1. */
function balance(rows: readonly ManifestRow[]): Float32Array {
  const positives = rows.filter(({ label }) => label === 1).length;
  const shares = [rows.length - positives, positives].map((count) => rows.length / 2 / count);
  return Float32Array.from(rows, ({ label }) => shares[label] ?? 1);
}

/** A checkpoint knows by it that rows, answers or weights to begin with are other ones. */
function rowsHash(
  rows: readonly ManifestRow[],
  { answers }: Questions,
  models: readonly string[],
): string {
  const hash = createHash('sha256').update(models.join('\n'));
  for (const row of rows) hash.update(`${row.file} ${row.split} ${answers(row).join('')}\n`);
  return hash.digest('hex');
}
