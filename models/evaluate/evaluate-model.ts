// `evenkeel evaluate`: reads every row of a manifest with a bundle, as serving would, and measures the answers.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Evaluation } from '../../fleet/card.ts';
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import { loadBundle } from '../bundle/load-bundle.ts';
import type { ImageInput, TableInput } from '../bundle/manifest.ts';
import { latestBundle, registryRoot } from '../bundle/registry.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { atRow, parseManifest, readImage, readTable, rowsOfSplit } from '../data/manifest.ts';
import type { WdbcTable } from '../data/wdbc.ts';
import { isWdbc, parseWdbc } from '../data/wdbc.ts';
import type { Engine } from '../engine/engine.ts';
import { decodeGrey } from '../imaging/decode.ts';
import { preprocess } from '../imaging/preprocess.ts';
import type { Reader } from '../reader.ts';
import { openReader } from '../reader.ts';
import type { LogitRows } from './evaluation.ts';
import { evaluation } from './evaluation.ts';

export interface EvaluateRequest {
  /** A name in the registry (its newest version), or a folder with a manifest.json. */
  readonly model: string;
  /** A manifest CSV; for the table model also the table itself. */
  readonly manifest: string;
  /** What the manifest's paths are relative to. */
  readonly root: string;
  /** A value of the column `split`, or `official`; all rows of the model's task when left out. */
  readonly split?: string;
  readonly engine: Engine;
  readonly registry?: string;
  /** Called after each row with the number of rows done and of all rows. */
  readonly onRow?: (done: number, total: number) => void;
}

interface Samples {
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
  /** The tensor of one row. */
  readonly tensor: (row: number) => Promise<Float32Array>;
}

/** Rows of other tasks are ignored. Throws `InputError` for everything wrong with model, manifest or files. */
export async function evaluateModel(request: EvaluateRequest): Promise<Evaluation> {
  const bundle = await namedBundle(request.model, request.registry ?? registryRoot);
  const text = await readTable(request.manifest, 'manifest');
  const samples = selectSamples(bundle, text, request);
  const reader = await openReader(bundle, request.engine);
  try {
    const logits = await readLogits(reader, samples, request);
    return evaluation(bundle.manifest, { ...samples, logits });
  } finally {
    await reader.close();
  }
}

/** A folder with a manifest.json, else the newest version of that name in the registry. */
export async function namedBundle(model: string, registry: string): Promise<Bundle> {
  const isFolder = await stat(path.join(model, 'manifest.json')).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFolder ? loadBundle(model) : latestBundle(model, registry);
}

function selectSamples({ manifest }: Bundle, text: string, request: EvaluateRequest): Samples {
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
    tensor:
      manifest.input.kind === 'image'
        ? pictureTensors(rows, request.root, manifest.input)
        : tableTensors(rows, request.root, manifest.input),
  };
}

const pictureTensors =
  (rows: readonly ManifestRow[], root: string, input: ImageInput) => async (index: number) => {
    const row = rowAt(rows, index);
    const bytes = await readImage(root, row);
    return preprocess(await atRow(row, () => decodeGrey(bytes)), input);
  };

/** A table's row is named `<table>.csv#<number>`, counted from 1 below the first line; the manifest's label counts. */
function tableTensors(rows: readonly ManifestRow[], root: string, input: TableInput) {
  const tables = new Map<string, WdbcTable>();
  const width = input.columns.length;
  return async (index: number) => {
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
    return Float32Array.from(table.features.subarray(at * width, (at + 1) * width));
  };
}

function wholeTable({ features, labels }: WdbcTable): Samples {
  const width = features.length / labels.length;
  return {
    labels,
    patients: Array.from(labels, (_, row) => String(row)),
    tensor: (row) =>
      Promise.resolve(Float32Array.from(features.subarray(row * width, (row + 1) * width))),
  };
}

async function readLogits(
  reader: Reader,
  { labels, tensor }: Samples,
  { onRow }: EvaluateRequest,
): Promise<LogitRows['logits']> {
  const logits = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const { logit } = await reader.infer(await tensor(row), 1);
    logits[row] = logit[0] ?? Number.NaN;
    onRow?.(row + 1, labels.length);
  }
  return logits;
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
