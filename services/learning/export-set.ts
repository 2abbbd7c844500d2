// The labelled films of the lake as training rows beside a labelled set: a data folder that `evenkeel train` reads.
import { createHash } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import type { ManifestRow } from '../../models/data/manifest.ts';
import {
  atRow,
  imageFile,
  manifestWithRows,
  parseManifest,
  readImage,
  readTable,
  tasksOf,
} from '../../models/data/manifest.ts';
import { gradeOfSublabel } from '../../models/evaluate/grades.ts';
import { decodeGrey } from '../../models/imaging/decode.ts';
import type { GreyImage } from '../../models/imaging/grey-image.ts';
import { fitWithin } from '../../models/imaging/resize.ts';
import type { ObjectStore } from '../adapters/object-store.ts';
import { filmsReadMax, lakeFilms } from './lake-films.ts';
import type { LakeFilm } from './lake-films.ts';
import { filmKey } from './lake-keys.ts';
import { filmSideMax } from './lake.ts';

export interface ExportRequest {
  readonly store: ObjectStore;
  /** The model that is to learn: its task, and whether it grades. */
  readonly model: Pick<BundleManifest, 'name' | 'task' | 'grades'>;
  readonly votesMin: number;
  /** The labelled set, which holds what chooses and what tests. */
  readonly manifest: string;
  readonly root: string;
  /** A folder that is not there yet, or is empty. */
  readonly out: string;
  readonly onFilm?: () => void;
}

export interface ExportRecord {
  /** Films that became training rows. */
  readonly added: number;
  /** Of a model that grades: films of which only the finding is known. */
  readonly ungraded: number;
  /** The set has the very same pixels, which may be there to choose or to test. */
  readonly alsoInSet: number;
}

/** `InputError` 'out-taken', and whatever is wrong with the set. */
export async function exportSet(request: ExportRequest): Promise<ExportRecord> {
  const { store, model, votesMin, manifest, root, out, onFilm } = request;
  const text = await readTable(manifest, 'manifest');
  const source = path.basename(manifest);
  const rows = parseManifest(text, { task: model.task, source });
  if (rows.every(({ split }) => split === '')) throw noSplits(source);
  await makeOut(out, text, { source, root });
  const known = await pixelsOf(rows, root, onFilm);
  const films = await lakeFilms(store, { model: model.name, votesMin, filmsMax: filmsReadMax });
  const added: ReadonlyMap<string, string>[] = [];
  const left = { ungraded: 0, alsoInSet: 0 };
  for (const film of films) {
    const row = rowOf(film, model);
    if (row === null) continue;
    const png = await store.get(filmKey(film.film));
    // Forgotten in the meantime.
    if (png === null) continue;
    if (row === 'ungraded') left.ungraded++;
    else if (known.has(pixelKey(await decodeGrey(png)))) left.alsoInSet++;
    else {
      await writeFile(path.join(out, row.get('file') ?? ''), png);
      added.push(row);
    }
  }
  await writeFile(path.join(out, 'manifest.csv'), manifestWithRows(text, source, added));
  return { added: added.length, ...left };
}

const lakeFolder = 'lake';

/** The set's own folders are linked, not copied: they stay one. */
async function makeOut(
  out: string,
  text: string,
  { source, root }: { readonly source: string; readonly root: string },
): Promise<void> {
  await mkdir(out, { recursive: true });
  if ((await readdir(out)).length > 0) throw outTaken(out);
  const rows = tasksOf(text, source).flatMap((task) => parseManifest(text, { task, source }));
  const entries = new Set(rows.map((row) => firstOf(path.relative(root, imageFile(root, row)))));
  if (entries.has(lakeFolder)) throw lakeInSet(source);
  for (const entry of entries) await symlink(path.resolve(root, entry), path.join(out, entry));
  await mkdir(path.join(out, lakeFolder));
}

/** A row of a table is named `table.csv#1`. */
const firstOf = (file: string): string => file.split(path.sep)[0]?.split('#')[0] ?? '';

async function pixelsOf(
  rows: readonly ManifestRow[],
  root: string,
  onFilm?: () => void,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const row of rows) {
    const bytes = await readImage(root, row);
    const image = await atRow(row, () => decodeGrey(bytes));
    keys.add(pixelKey(fitWithin(image, filmSideMax)));
    onFilm?.();
  }
  return keys;
}

/** The files differ, because the lake writes its own; the pixels are the same. */
const pixelKey = ({ width, height, pixels }: GreyImage): string =>
  createHash('sha256').update(`${width} ${height} `).update(pixels).digest('hex');

/** A row by column; null for a film without a label. The lake knows no patients: each film is one of its own. */
function rowOf(
  { film, verdict, grade }: LakeFilm,
  { task, grades }: ExportRequest['model'],
): ReadonlyMap<string, string> | 'ungraded' | null {
  if (verdict.kind !== 'labelled') return null;
  const sublabel = grades === undefined ? '' : gradeText(grade, grades.names);
  if (sublabel === null) return 'ungraded';
  return new Map([
    ['file', `${lakeFolder}/${film}.png`],
    ['task', task],
    ['label', String(verdict.label)],
    ['sublabel', sublabel],
    ['patient_id', `lake-${film}`],
    ['split', 'train'],
    ['source', 'lake'],
    ['licence', 'given for research by consent'],
  ]);
}

/** As manifests write it, `KL2`; null for a grade that is not of the scale. */
function gradeText(grade: string | null, names: readonly string[]): string | null {
  if (grade === null || !names.includes(grade)) return null;
  const text = grade.replaceAll(' ', '');
  const number = names.indexOf(grade);
  return gradeOfSublabel(text, names.length) === number ? text : String(number);
}

const outTaken = (out: string) =>
  new InputError('out-taken', {
    found: `${out} is not empty`,
    why: 'What lies there would be taken for part of the set',
    remedy: 'Give a folder that is not there yet with --out',
  });

const noSplits = (source: string) =>
  new InputError('no-splits', {
    found: `${source} has no column "split", or nothing in it`,
    why: 'A training learns from "train", chooses on "val" and is measured on "test"; the lake is for learning from',
    remedy: 'Give a labelled set that is split by patient',
  });

const lakeInSet = (source: string) =>
  new InputError('lake-in-set', {
    found: `${source} names files in a folder "${lakeFolder}"`,
    why: 'Films of the lake would be mixed with them',
    remedy: 'Give the labelled set itself, not one that was exported before',
  });
