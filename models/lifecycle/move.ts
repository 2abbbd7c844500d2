// Moves a model's versions on: one more entry in its history, then the pointer that follows from it.
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { readBounded } from '../bundle/read-bounded.ts';
import type { Circumstances, History } from './history.ts';
import { extended, replayed } from './history.ts';
import type { Transition } from './lifecycle.ts';
import type { ModelPointer } from './pointer.ts';
import { pointerFile, pointerOf, pointerText } from './pointer.ts';

const historyFolder = 'history';
const entryBytesMax = 16 * 2 ** 10;
const entryName = (sequence: number) => `${String(sequence).padStart(6, '0')}.json`;

export interface Moved {
  readonly history: History;
  readonly pointer: ModelPointer;
}

/** The history of one model, every hash and step of it checked. `InputError` 'history-broken'. */
export async function readHistory(root: string, name: string): Promise<History> {
  const folder = join(root, name, historyFolder);
  const files = (await namesIn(folder)).filter((file) => /^\d{6}\.json$/.test(file)).toSorted();
  const texts = await Promise.all(
    files.map(async (file) =>
      new TextDecoder().decode(await readBounded(join(folder, file), entryBytesMax)),
    ),
  );
  return replayed(texts, folder);
}

/**
 * Whoever creates the entry's number first has moved the model; everybody else is told to look again. The pointer is made from
 * the history and written last: if this process dies between the two, the old version serves on, and the next move writes both.
 */
export async function move(
  { root, name }: { readonly root: string; readonly name: string },
  transition: Transition,
  circumstances: Circumstances,
): Promise<Moved> {
  const history = extended(await readHistory(root, name), transition, circumstances);
  const entry = history.entries.at(-1);
  if (entry === undefined) throw new Error('a history was extended by nothing');
  const folder = join(root, name, historyFolder);
  await mkdir(folder, { recursive: true });
  const file = join(folder, entryName(entry.sequence));
  const claim = await writtenBeside(file, `${JSON.stringify(entry)}\n`);
  try {
    await link(claim, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw busy(name, error);
    throw error;
  } finally {
    await rm(claim);
  }
  const pointer = pointerOf(history.life, history.head);
  const path = join(root, name, pointerFile);
  await rename(await writtenBeside(path, pointerText(pointer)), path);
  return { history, pointer };
}

/** On the disk before it gets its name, so that a power cut leaves no empty file under it. */
async function writtenBeside(path: string, text: string): Promise<string> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const busy = (name: string, cause: unknown) =>
  new InputError(
    'registry-busy',
    {
      found: `Somebody else moved ${name} at the same moment`,
      why: 'What this step was decided on may no longer hold',
      remedy: 'Look with `evenkeel model show`, and try again',
    },
    { cause },
  );
