// The manifest CSV: which image carries which label, of which patient, in which split.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError, isInputError } from '../../fleet/errors.ts';
import type { CsvRow } from './csv.ts';
import { csvField, parseCsv } from './csv.ts';

export interface ManifestRow {
  /** Line in the CSV, for messages. */
  readonly line: number;
  /** Relative to the data folder. */
  readonly file: string;
  readonly label: 0 | 1;
  readonly patient: string;
  /** '' where the manifest has no such column, as all that follow. */
  readonly sublabel: string;
  /** The views of one study share it; a study is answered by the mean of its views. */
  readonly study: string;
  readonly split: string;
  readonly originalSplit: string;
}

export const manifestBytesMax = 64 * 2 ** 20;
const required = ['file', 'task', 'label', 'patient_id'] as const;

/** The rows of one task, in the order of the file. Rows of other tasks are not looked at. */
export async function readManifest(file: string, task: string): Promise<readonly ManifestRow[]> {
  return parseManifest(await readTable(file, 'manifest'), { task, source: path.basename(file) });
}

/** The tasks that a manifest has rows of, in the order of their first. */
export function tasksOf(text: string, source: string): readonly string[] {
  const [header, ...rows] = parseCsv(text, source);
  const column = columnsOf(header, source).get('task') ?? -1;
  return [...new Set(rows.map(({ fields }) => fields[column] ?? ''))];
}

export function parseManifest(
  text: string,
  { task, source }: { readonly task: string; readonly source: string },
): readonly ManifestRow[] {
  const [header, ...rows] = parseCsv(text, source);
  const columns = columnsOf(header, source);
  const fieldOf = ({ fields }: CsvRow, name: string) => fields[columns.get(name) ?? -1] ?? '';
  const chosen = rows.filter((row) => fieldOf(row, 'task') === task);
  if (chosen.length === 0) throw noRows(task, source, new Set(rows.map((r) => fieldOf(r, 'task'))));
  return chosen.map((row) => {
    const where = `${source}, line ${row.line}`;
    if (row.fields.length !== header?.fields.length)
      throw badRow(where, `${row.fields.length} fields under ${header?.fields.length} columns`);
    for (const name of required)
      if (fieldOf(row, name) === '') throw badRow(where, `the field "${name}" is empty`);
    return {
      line: row.line,
      file: fieldOf(row, 'file'),
      label: parseLabel(fieldOf(row, 'label'), where),
      patient: fieldOf(row, 'patient_id'),
      sublabel: fieldOf(row, 'sublabel'),
      study: fieldOf(row, 'study_id'),
      split: fieldOf(row, 'split'),
      originalSplit: fieldOf(row, 'original_split'),
    };
  });
}

/** The table with more rows below, each by its columns; what the table has no column for is left out. */
export function manifestWithRows(
  text: string,
  source: string,
  rows: readonly ReadonlyMap<string, string>[],
): string {
  const [header] = parseCsv(text, source);
  const columns = columnsOf(header, source);
  const lines = rows.map((row) =>
    [...columns.keys()].map((name) => csvField(row.get(name) ?? '')).join(','),
  );
  return `${[text.trimEnd(), ...lines].join('\n')}\n`;
}

/** `official` (or `original_split=test`) is the data authors' own test set; any other name is one of the column `split`. */
export function rowsOfSplit(rows: readonly ManifestRow[], split: string): readonly ManifestRow[] {
  const official = split === 'official' || split === 'original_split=test';
  const chosen = rows.filter((row) =>
    official ? row.originalSplit === 'test' : row.split === split,
  );
  if (chosen.length > 0) return chosen;
  const named = [...new Set(rows.map((row) => row.split))].filter((name) => name !== '');
  throw new InputError('empty-split', {
    found: `No row of the task is in the split "${split}"`,
    why: `The manifest's splits are ${named.join(', ') || '(none)'}`,
    remedy:
      'Name one of these, or "official" for the authors\' own test set (original_split = test)',
  });
}

/** The path of a row's image; one that leaves the data folder is refused. */
export function imageFile(root: string, row: ManifestRow): string {
  const file = path.resolve(root, row.file);
  if (path.relative(path.resolve(root), file).split(path.sep)[0] === '..')
    throw badRow(`Line ${row.line}`, `"${row.file}" lies outside the data folder`);
  return file;
}

export async function readImage(root: string, row: ManifestRow): Promise<Uint8Array> {
  const file = imageFile(root, row);
  try {
    return await readFile(file);
  } catch (cause) {
    throw new InputError(
      'image-missing',
      {
        found: `Line ${row.line} of the manifest names ${row.file}, which cannot be read in ${root}`,
        why: 'Leaving rows out silently would change what the figures mean',
        remedy: 'Point the root at the folder that the paths are relative to, or mend the manifest',
      },
      { cause },
    );
  }
}

/** Does something with a row's file; what is wrong with the file is said with the row's line. */
export async function atRow<T>(row: ManifestRow, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isInputError(cause)) throw cause;
    const found = `Line ${row.line} of the manifest, ${row.file}: ${cause.parts.found}`;
    throw new InputError(cause.code, { ...cause.parts, found }, { cause });
  }
}

/** The text of a table of at most `manifestBytesMax`. */
export async function readTable(file: string, what: string): Promise<string> {
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
  if (size === null)
    throw new InputError(`${what}-missing`, {
      found: `There is no file ${file}`,
      why: `The ${what} says which rows to read and what they are`,
      remedy: `Give the path of a ${what} CSV file`,
    });
  if (size > manifestBytesMax)
    throw new InputError(`${what}-too-large`, {
      found: `${file} has ${size} bytes, more than ${manifestBytesMax}`,
      why: 'It is read into memory as a whole',
      remedy: 'Split it by task',
    });
  return readFile(file, 'utf8');
}

function columnsOf(header: CsvRow | undefined, source: string): ReadonlyMap<string, number> {
  const names = header?.fields.map((name) => name.trim()) ?? [];
  const columns = new Map(names.map((name, index) => [name, index]));
  const missing = required.filter((name) => !columns.has(name));
  if (missing.length > 0 || columns.size !== names.length)
    throw new InputError('manifest-columns', {
      found: `${source} begins with the columns ${names.length === 0 ? '(none)' : names.join(', ')}`,
      why:
        missing.length > 0
          ? `The column ${missing.join(', ')} is needed`
          : 'Two columns share a name',
      remedy: `Name the columns in the first line: ${required.join(', ')}, and if known sublabel, split, original_split`,
    });
  return columns;
}

function parseLabel(text: string, where: string): 0 | 1 {
  if (text === '0') return 0;
  if (text === '1') return 1;
  throw badRow(where, `the label is "${text}", expected 0 or 1`);
}

const badRow = (where: string, what: string) =>
  new InputError('manifest-row', {
    found: `${where}: ${what}`,
    why: 'A guessed row would make the figures wrong',
    remedy: 'Mend that row',
  });

const noRows = (task: string, source: string, tasks: ReadonlySet<string>) =>
  new InputError('no-rows', {
    found: `${source} has no row of task "${task}"; it has ${[...tasks].map((name) => `"${name}"`).join(', ') || 'no rows at all'}`,
    why: 'A model is measured on rows of its own task only',
    remedy: 'Choose the model that answers the task, or another manifest',
  });
