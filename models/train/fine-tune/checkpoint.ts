// A training that was killed goes on from here: the whole state after an epoch, in one file that is replaced at once.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../../fleet/errors.ts';

export interface Epoch {
  /** From 1. */
  readonly number: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly validationAuroc: number;
}

export interface Checkpoint {
  readonly epochs: readonly Epoch[];
  readonly steps: number;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

interface Header {
  /** Of everything that decides what the training computes: a checkpoint of another training is not taken up. */
  readonly training: string;
  readonly epochs: readonly Epoch[];
  readonly steps: number;
  readonly tensors: readonly { readonly name: string; readonly length: number }[];
  readonly sha256: string;
}

const headerBytesMax = 2 ** 20;
const checkpointBytesMax = 2 ** 30;
const newline = 0x0a;

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The file holds one line of JSON and then all tensors, float32 in the machine's order, one after the other. */
export async function writeCheckpoint(
  file: string,
  training: string,
  { epochs, steps, tensors }: Checkpoint,
): Promise<void> {
  const body = Buffer.concat(
    [...tensors.values()].map((data) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  );
  const header: Header = {
    training,
    epochs,
    steps,
    tensors: [...tensors].map(([name, { length }]) => ({ name, length })),
    sha256: hashOf(body),
  };
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.draft`;
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(header)}\n`);
    await handle.writeFile(body);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

/** Null where there is none. `InputError` 'checkpoint-damaged' or 'other-training' where it cannot be gone on from. */
export async function readCheckpoint(file: string, training: string): Promise<Checkpoint | null> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (bytes === null) return null;
  const header = headerOf(bytes, file);
  if (header.training !== training)
    throw new InputError('other-training', {
      found: `${file} is of a training with other settings, data or code`,
      why: 'Going on from it would give a model that no recipe describes',
      remedy: 'Remove the file to begin anew, or go back to the settings that it was begun with',
    });
  const body = bytes.subarray(bytes.indexOf(newline) + 1);
  if (hashOf(body) !== header.sha256) throw damaged(file, 'its tensors have another hash');
  const all = new Float32Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.length));
  const tensors = new Map<string, Float32Array>();
  let at = 0;
  for (const { name, length } of header.tensors) {
    tensors.set(name, all.subarray(at, at + length));
    at += length;
  }
  if (at !== all.length) throw damaged(file, 'it holds more than it lists');
  return { epochs: header.epochs, steps: header.steps, tensors };
}

function headerOf(bytes: Uint8Array, file: string): Header {
  const end = bytes.indexOf(newline);
  if (end < 0 || end > headerBytesMax || bytes.length > checkpointBytesMax)
    throw damaged(file, 'it does not begin with a line of JSON');
  try {
    return JSON.parse(Buffer.from(bytes.subarray(0, end)).toString('utf8')) as Header;
  } catch {
    throw damaged(file, 'its first line is no JSON');
  }
}

const damaged = (file: string, why: string) =>
  new InputError('checkpoint-damaged', {
    found: `The checkpoint ${file} is damaged: ${why}`,
    why: 'A training that goes on from damaged weights ends with another model',
    remedy: 'Remove the file: the training then begins anew',
  });
