// The features a bundle computes of a manifest's films: read once, then kept in a file that is named after what they came from.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { atRow, readImage } from '../data/manifest.ts';
import type { Engine } from '../engine/engine.ts';
import { decodeGrey } from '../imaging/decode.ts';
import { preprocess } from '../imaging/preprocess.ts';
import type { Reader } from '../reader.ts';
import { openReader } from '../reader.ts';

export interface FeatureTable {
  /** One row a film, in the order of the manifest's rows. */
  readonly features: Float32Array;
  readonly columns: number;
}

export interface FeatureRequest {
  readonly bundle: Bundle;
  readonly engine: Engine;
  readonly rows: readonly ManifestRow[];
  /** What the rows' paths are relative to. */
  readonly root: string;
  /** Features of the same model and the same file names are taken from here, and put here. */
  readonly cacheDir: string;
  readonly onFilm?: () => void;
}

/** `InputError` 'table-model' | 'no-features', and what is wrong with a row's file. */
export async function bundleFeatures(request: FeatureRequest): Promise<FeatureTable> {
  const file = join(request.cacheDir, `${keyOf(request)}.f32`);
  const kept = await readTable(file, request.rows.length);
  if (kept !== null) return kept;
  const table = await computed(request);
  await mkdir(request.cacheDir, { recursive: true });
  const beside = `${file}.${randomUUID()}`;
  await writeFile(beside, new Uint8Array(table.features.buffer));
  await rename(beside, file);
  return table;
}

/** Whoever changes a film keeps its name and misleads this: data sets are taken to stand still. */
const keyOf = ({ bundle, rows }: FeatureRequest): string =>
  createHash('sha256')
    .update(bundle.manifest.model.sha256)
    .update(rows.map(({ file }) => `\n${file}`).join(''))
    .digest('hex');

async function readTable(file: string, rows: number): Promise<FeatureTable | null> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null || rows === 0 || bytes.length % (4 * rows) !== 0) return null;
  const features = new Float32Array(new Uint8Array(bytes).buffer);
  return { features, columns: features.length / rows };
}

async function computed({ bundle, engine, rows, root, onFilm }: FeatureRequest) {
  const { input, name } = bundle.manifest;
  if (input.kind !== 'image')
    throw new InputError('table-model', {
      found: `${name} reads rows of measurements`,
      why: 'Features are of films',
      remedy: 'Choose a model that reads radiographs',
    });
  const reader = await openReader(bundle, engine);
  try {
    let table: FeatureTable | null = null;
    for (const [index, row] of rows.entries()) {
      const bytes = await readImage(root, row);
      const one = await atRow(row, () => filmFeatures(reader, input, bytes));
      table ??= { features: new Float32Array(rows.length * one.length), columns: one.length };
      table.features.set(one, index * one.length);
      onFilm?.();
    }
    return table ?? { features: new Float32Array(), columns: 0 };
  } finally {
    await reader.close();
  }
}

/** As serving would read the film. */
export async function filmFeatures(
  reader: Reader,
  input: ImageInput,
  film: Uint8Array,
): Promise<Float32Array> {
  const { features } = await reader.infer(preprocess(await decodeGrey(film), input), 1);
  if (features !== null) return features;
  const { name, version } = reader.manifest;
  throw new InputError('no-features', {
    found: `${name} ${version} gives no features`,
    why: 'A head is refitted on them',
    remedy: 'Choose a model whose manifest names an output for features',
  });
}
