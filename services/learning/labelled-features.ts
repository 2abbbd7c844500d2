// The labelled films of the lake as rows to learn from, all in the feature space of one model.
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../../models/bundle/load-bundle.ts';
import type { Engine } from '../../models/engine/engine.ts';
import { filmFeatures } from '../../models/learn/bundle-features.ts';
import type { LabelledFeatures } from '../../models/learn/feature-rows.ts';
import type { Label } from '../../models/learn/opinions.ts';
import { openReader } from '../../models/reader.ts';
import type { Reader } from '../../models/reader.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import type { LakeFilm } from './lake-films.ts';
import { filmKey } from './lake-keys.ts';

interface Sources {
  readonly store: ObjectStore;
  readonly incumbent: Bundle;
  readonly engine: Engine;
}

interface LabelledRow {
  readonly film: string;
  readonly label: Label;
  readonly grade: number | null;
  readonly features: Float32Array;
}

/** The features of the reading where the incumbent made it; of other versions' films the film itself is read anew. */
export async function labelledFeatures(
  films: readonly LakeFilm[],
  sources: Sources,
): Promise<LabelledFeatures> {
  const rows: LabelledRow[] = [];
  const names = sources.incumbent.manifest.grades?.names ?? [];
  const reader = await openReader(sources.incumbent, sources.engine);
  try {
    for (const film of films) {
      if (film.verdict.kind !== 'labelled') continue;
      const features = await featuresOf(film, reader, sources);
      if (features === null) continue;
      const at = film.grade === null ? -1 : names.indexOf(film.grade);
      const { label } = film.verdict;
      rows.push({ film: film.film, label, grade: at === -1 ? null : at, features });
    }
  } finally {
    await reader.close();
  }
  return stacked(rows);
}

/** Null for a film that was forgotten in the meantime. */
async function featuresOf(
  { film, version, features }: LakeFilm,
  reader: Reader,
  { store, incumbent }: Sources,
): Promise<Float32Array | null> {
  const { input, name, version: served } = incumbent.manifest;
  if (version === served && features !== null) return features;
  if (input.kind !== 'image')
    throw new InputError('table-model', {
      found: `${name} reads rows of measurements`,
      why: 'The lake holds films',
      remedy: 'Choose a model that reads radiographs',
    });
  const png = await store.get(filmKey(film));
  return png === null ? null : filmFeatures(reader, input, png);
}

/** Each film counts as a patient: the lake knows none. */
function stacked(rows: readonly LabelledRow[]): LabelledFeatures {
  const columns = rows[0]?.features.length ?? 0;
  const features = new Float32Array(rows.length * columns);
  for (const [at, row] of rows.entries()) features.set(row.features, at * columns);
  return {
    features,
    columns,
    labels: Uint8Array.from(rows, ({ label }) => label),
    grades: rows.map(({ grade }) => grade),
    patients: rows.map(({ film }) => film),
  };
}
