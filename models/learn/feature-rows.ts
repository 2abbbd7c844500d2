// Rows of features with their labels and patients, and how some of them are picked out. Pure.
import type { ManifestRow } from '../data/manifest.ts';
import { gradeOfSublabel } from '../evaluate/grades.ts';
import type { Samples } from '../train/logistic.ts';
import type { FeatureTable } from './bundle-features.ts';

/** Rows whose grade may be known too. */
export interface GradedSamples extends Samples {
  readonly features: Float32Array;
  /** One a row: its number on the model's scale, or null. */
  readonly grades: readonly (number | null)[];
}

export interface LabelledFeatures extends GradedSamples {
  readonly patients: readonly string[];
}

export function rowsOf(table: FeatureTable, rows: readonly number[]): Float32Array {
  const { features, columns } = table;
  const picked = new Float32Array(rows.length * columns);
  for (const [at, row] of rows.entries())
    picked.set(features.subarray(row * columns, (row + 1) * columns), at * columns);
  return picked;
}

/** A grade is one digit. */
const gradesMax = 10;

/** The films of one split, with what the manifest says of them. */
export function featuresOfSplit(
  table: FeatureTable,
  rows: readonly ManifestRow[],
  split: string,
): LabelledFeatures {
  const chosen = [...rows.keys()].filter((index) => rows[index]?.split === split);
  return {
    features: rowsOf(table, chosen),
    columns: table.columns,
    labels: Uint8Array.from(chosen, (index) => rows[index]?.label ?? 0),
    grades: chosen.map((index) => gradeOfSublabel(rows[index]?.sublabel ?? '', gradesMax)),
    patients: chosen.map((index) => rows[index]?.patient ?? ''),
  };
}

export function pickRows(all: LabelledFeatures, rows: readonly number[]): LabelledFeatures {
  return {
    features: rowsOf(all, rows),
    columns: all.columns,
    labels: Uint8Array.from(rows, (row) => all.labels[row] ?? 0),
    grades: rows.map((row) => all.grades[row] ?? null),
    patients: rows.map((row) => all.patients[row] ?? ''),
  };
}

/** Without films that `others` holds too: one film gives the same features to the bit, and no two films have ever given the same. */
export function withoutTwins(all: LabelledFeatures, others: LabelledFeatures): LabelledFeatures {
  const known = new Set(Array.from(others.labels.keys(), (row) => rowKey(others, row)));
  return pickRows(
    all,
    [...all.labels.keys()].filter((row) => !known.has(rowKey(all, row))),
  );
}

function rowKey({ features, columns }: LabelledFeatures, row: number): string {
  const { buffer, byteOffset, byteLength } = features.subarray(row * columns, (row + 1) * columns);
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

export function joined(first: GradedSamples, second: GradedSamples): GradedSamples {
  const features = new Float32Array(first.features.length + second.features.length);
  features.set(first.features);
  features.set(second.features, first.features.length);
  return {
    features,
    columns: first.columns,
    labels: Uint8Array.of(...first.labels, ...second.labels),
    grades: [...first.grades, ...second.grades],
  };
}
