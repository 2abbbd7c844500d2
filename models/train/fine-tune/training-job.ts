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

interface JobParts {
  readonly settings: TrainSettings;
  readonly backbone: Backbone;
  readonly input: ImageInput;
  readonly train: readonly ManifestRow[];
  readonly validation: readonly ManifestRow[];
}

export async function trainingJob(
  { name, questions, fineTuning }: ImageRecipe,
  { settings, backbone, input, train, validation }: JobParts,
): Promise<TrainingJob> {
  const { seed, workDir, onProgress } = settings;
  return {
    model: backbone.model,
    input,
    settings: fineTuning,
    seed,
    questions: questions.count,
    headline: questions.headline,
    train: await labelled(train, questions, settings),
    validation: await labelled(validation, questions, settings),
    checkpoint: path.join(workDir, `${name}-seed-${seed}.checkpoint`),
    dataSha256: rowsHash([...train, ...validation], questions, backbone.record.sha256),
    onProgress,
  };
}

async function labelled(
  rows: readonly ManifestRow[],
  questions: Questions,
  { dataDir, onProgress }: TrainSettings,
): Promise<Labelled> {
  const step = progressLines('pictures decoded', rows.length, { onProgress });
  return {
    pictures: await decodedPictures(dataDir, rows, step),
    lines: rows.map(({ line }) => line),
    answers: Uint8Array.from(rows.flatMap((row) => questions.answers(row))),
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
function rowsHash(rows: readonly ManifestRow[], { answers }: Questions, backbone: string): string {
  const hash = createHash('sha256').update(backbone);
  for (const row of rows) hash.update(`${row.file} ${row.split} ${answers(row).join('')}\n`);
  return hash.digest('hex');
}
