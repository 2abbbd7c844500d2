// What a model answers to each row of an evaluation: logit, cumulative grades, and the answer to a picture's border alone.
import type { BundleManifest } from '../bundle/manifest.ts';
import type { EngineOutput } from '../engine/engine.ts';
import { isFamiliar, isKnown } from '../known/refuse-unknown.ts';
import type { Reader } from '../reader.ts';
import type { PictureFacts } from './picture-facts.ts';
import { borderOnly } from './picture-facts.ts';
import type { Sample, Samples } from './samples.ts';

export interface ModelAnswer {
  readonly logit: number;
  /** What the model's gate says; true without a gate. */
  readonly isKnown: boolean;
  readonly isFamiliar: boolean;
  /** Of models that grade. */
  readonly grades: readonly number[] | null;
}

/** Plain numbers: it also travels as JSON. */
export interface RowAnswer extends ModelAnswer {
  /** Null for the row of a table. */
  readonly picture: { readonly facts: PictureFacts; readonly borderLogit: number } | null;
}

interface RowFeatures {
  readonly features: Float32Array;
  readonly columns: number;
}

export interface RowAnswers {
  readonly answers: readonly RowAnswer[];
  /** Of models that give any, on sets small enough to fit a head to in memory. */
  readonly features: RowFeatures | null;
}

/** 5,000 rows of 1,280 features take 26 MB, and ten fits of them a minute. */
const featureRowsMax = 5_000;

/** `onRow` is called after each row with the number of rows done and of all rows. */
export async function readRows(
  reader: Reader,
  { labels, read }: Samples,
  onRow?: (done: number, total: number) => void,
): Promise<RowAnswers> {
  const rows = labels.length;
  const answers: RowAnswer[] = [];
  const features: Float32Array[] = [];
  for (let row = 0; row < rows; row++) {
    const { answer, features: some } = await readRow(reader, await read(row));
    answers.push(answer);
    if (some !== null && rows <= featureRowsMax) features.push(some);
    onRow?.(row + 1, rows);
  }
  return { answers, features: joined(features) };
}

export async function readRow(
  reader: Reader,
  { tensor, facts }: Sample,
): Promise<{ readonly answer: RowAnswer; readonly features: Float32Array | null }> {
  const { manifest } = reader;
  const output = await reader.infer(tensor, 1);
  const answer = modelAnswer(manifest, output);
  if (manifest.input.kind === 'table' || facts === undefined)
    return { answer: { ...answer, picture: null }, features: output.features };
  const border = await reader.infer(borderOnly(tensor, manifest.input), 1);
  const picture = { facts, borderLogit: finite(border.logit[0], manifest) };
  return { answer: { ...answer, picture }, features: output.features };
}

/** Of one row. A model that gives no number has a fault that no figure may hide: it is thrown. */
export const modelAnswer = (manifest: BundleManifest, output: EngineOutput): ModelAnswer => ({
  logit: finite(output.logit[0], manifest),
  isKnown: isKnown(manifest, output, 0),
  isFamiliar: isFamiliar(manifest, output, 0),
  grades: output.grades === undefined ? null : Array.from(output.grades),
});

function finite(logit: number | undefined, { name, version }: BundleManifest): number {
  if (logit !== undefined && Number.isFinite(logit)) return logit;
  throw new Error(`${name} ${version} gave the logit ${logit}`);
}

function joined(rows: readonly Float32Array[]): RowFeatures | null {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) return null;
  const features = new Float32Array(rows.length * columns);
  for (const [row, values] of rows.entries()) features.set(values, row * columns);
  return { features, columns };
}
