// What a worker does with one task: decode, preprocess, engine, heat map are behind the reader.
import { previewPng } from '../../../models/imaging/encode.ts';
import type { Reader } from '../../../models/reader.ts';
import type { Task, TaskResult } from './messages.ts';

/** Enough for a browser window; a film of 4000 px would make the page ten times heavier and no clearer. */
const previewSideMax = 1_024;

export async function runTask(
  readers: ReadonlyMap<string, Reader>,
  task: Task,
): Promise<TaskResult> {
  if (task.kind === 'preview') return previewPng(task.image, task.sideMax ?? previewSideMax);
  const reader = readers.get(task.model);
  if (reader === undefined)
    throw new Error(`the model ${task.model} was not checked by the caller`);
  if (task.kind === 'infer') return reader.infer(task.input, task.n);
  const { logit, probability, features, heatmapPng, grade } = await reader.read(task.image);
  return { logit, probability, features, heatmapPng, ...(grade && { grade }) };
}
