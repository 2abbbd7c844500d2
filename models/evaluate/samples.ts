// The rows of a manifest as samples for a model: what each is, whose it is, and how its tensor is read.
import path from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest, ImageInput, TableInput } from '../bundle/manifest.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { atRow, parseManifest, readImage, rowsOfSplit } from '../data/manifest.ts';
import type { WdbcTable } from '../data/wdbc.ts';
import { isWdbc, parseWdbc } from '../data/wdbc.ts';
import { decodeGrey } from '../imaging/decode.ts';
import { preprocess } from '../imaging/preprocess.ts';
import type { PictureFacts } from './picture-facts.ts';
import { factsOf } from './picture-facts.ts';
import type { Division } from './subgroups.ts';
import { divisionsOf } from './subgroups.ts';

export interface Sample {
  readonly tensor: Float32Array;
  /** Of pictures. */
  readonly facts?: PictureFacts;
}

export interface Samples {
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
  readonly sublabels: readonly string[];
  /** '' for a row that is no view of a study. */
  readonly studies: readonly string[];
  readonly divisions: readonly Division[];
  /** Of pictures: where each lies. */
  readonly files: readonly string[];
  readonly read: (row: number) => Promise<Sample>;
}

export interface SampleRequest {
  readonly manifest: string;
  readonly root: string;
  readonly split?: string;
}

/** `text` is that of the request's manifest. Rows of other tasks are ignored. */
export function selectSamples(
  manifest: BundleManifest,
  text: string,
  request: SampleRequest,
): Samples {
  const source = path.basename(request.manifest);
  if (manifest.input.kind === 'table' && isWdbc(text)) {
    refuseSplitOfTable(request.split, source);
    return wholeTable(parseWdbc(text, source));
  }
  const all = parseManifest(text, { task: manifest.task, source });
  const rows = request.split === undefined ? all : rowsOfSplit(all, request.split);
  return {
    labels: Uint8Array.from(rows, (row) => row.label),
    patients: rows.map((row) => row.patient),
    sublabels: rows.map((row) => row.sublabel),
    studies: rows.map((row) => row.study),
    divisions: divisionsOf(rows),
    files: manifest.input.kind === 'image' ? rows.map((row) => row.file) : [],
    read:
      manifest.input.kind === 'image'
        ? pictures(rows, request.root, manifest.input)
        : tableRows(rows, request.root, manifest.input),
  };
}

const pictures =
  (rows: readonly ManifestRow[], root: string, input: ImageInput) =>
  async (index: number): Promise<Sample> => {
    const row = rowAt(rows, index);
    const bytes = await readImage(root, row);
    return atRow(row, () => pictureSample(bytes, input));
  };

export async function pictureSample(bytes: Uint8Array, input: ImageInput): Promise<Sample> {
  const image = await decodeGrey(bytes);
  return { tensor: preprocess(image, input), facts: factsOf(image, bytes.length) };
}

/** A table's row is named `<table>.csv#<number>`, counted from 1 below the first line; the manifest's label counts. */
function tableRows(rows: readonly ManifestRow[], root: string, input: TableInput) {
  const tables = new Map<string, WdbcTable>();
  const width = input.columns.length;
  return async (index: number): Promise<Sample> => {
    const row = rowAt(rows, index);
    const [file = '', number = ''] = row.file.split('#');
    const known = tables.get(file);
    const table =
      known ?? parseWdbc(new TextDecoder().decode(await readImage(root, { ...row, file })), file);
    tables.set(file, table);
    const at = Number(number) - 1;
    if (!/^\d+$/.test(number) || at < 0 || at >= table.labels.length)
      throw new InputError('manifest-row', {
        found: `Line ${row.line} of the manifest names "${row.file}"`,
        why: `${file} has rows 1 to ${table.labels.length}, and each row is one patient`,
        remedy: `Write ${file}#1 for the first row`,
      });
    return { tensor: Float32Array.from(table.features.subarray(at * width, (at + 1) * width)) };
  };
}

function wholeTable({ features, labels }: WdbcTable): Samples {
  const width = features.length / labels.length;
  return {
    labels,
    patients: Array.from(labels, (_, row) => String(row)),
    sublabels: [],
    studies: [],
    divisions: [],
    files: [],
    read: async (row) => ({
      tensor: Float32Array.from(features.subarray(row * width, (row + 1) * width)),
    }),
  };
}

function rowAt(rows: readonly ManifestRow[], index: number): ManifestRow {
  const row = rows[index];
  if (row === undefined) throw new Error(`row ${index} of ${rows.length}`);
  return row;
}

function refuseSplitOfTable(split: string | undefined, source: string): void {
  if (split !== undefined)
    throw new InputError('empty-split', {
      found: `Split "${split}" of ${source}`,
      why: 'This table has no splits, only rows',
      remedy:
        'Leave --split out, or give a manifest that names rows as table.csv#1, table.csv#2 ...',
    });
}
