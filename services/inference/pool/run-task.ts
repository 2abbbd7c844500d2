// What a worker does with one task: decode, preprocess, engine, heat map are behind the reader.
import { previewPng } from '../../../models/imaging/encode.ts';
import type { Reader } from '../../../models/reader.ts';
import type { ModelVersion, Task, TaskResult } from './messages.ts';

/** Enough for a browser window; a film of 4000 px would make the page ten times heavier and no clearer. */
const previewSideMax = 1_024;

export const readerKey = ({ name, version }: ModelVersion): string => `${name} ${version}`;

/** `readers` by `readerKey`. */
export async function runTask(
  readers: ReadonlyMap<string, Reader>,
  task: Task,
): Promise<TaskResult> {
  if (task.kind === 'preview') return previewPng(task.image, task.sideMax ?? previewSideMax);
  const reader = readers.get(readerKey(task.model));
  if (reader === undefined)
    throw new Error(`${readerKey(task.model)} was not checked by the caller`);
  if (task.kind === 'infer') return reader.infer(task.input, task.n);
  if (task.kind === 'golden') return reader.golden(task.index);
  return reader.read(task.image);
}
