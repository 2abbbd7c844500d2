// The Wisconsin Diagnostic Breast Cancer table: 30 measures of cell nuclei per patient, 1 = malignant.
import { InputError } from '../../fleet/errors.ts';
import type { CsvRow } from './csv.ts';
import { parseCsv } from './csv.ts';

export interface WdbcTable {
  /** Row after row, `wdbcColumns.length` values each. */
  readonly features: Float64Array;
  readonly labels: Uint8Array;
}

const measures = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
  'symmetry',
  'fractal dimension',
];

/** The file's order: the mean over the nuclei of the image, its standard error, and the mean of the three largest. */
export const wdbcColumns: readonly string[] = ['mean', 'error', 'worst'].flatMap((kind) =>
  measures.map((measure) => `${kind} ${measure}`),
);
const malignantInFile = '0';

/** Tells the table from a manifest by its first line. */
export const isWdbc = (text: string) => /^\uFEFF?\d+,\d+,malignant,benign\s/.test(text);

/** First line `rows,30,malignant,benign`; the last column is 0 for malignant, which is 1 (positive) here. */
export function parseWdbc(text: string, source: string): WdbcTable {
  const [header, ...rows] = parseCsv(text, source);
  const expected = [String(rows.length), String(wdbcColumns.length), 'malignant', 'benign'];
  const found = header?.fields ?? [];
  if (found.join(',') !== expected.join(','))
    throw malformed(
      `${source} begins "${found.slice(0, 4).join(',')}" and has ${rows.length} rows`,
    );
  const features = new Float64Array(rows.length * wdbcColumns.length);
  for (const [index, row] of rows.entries())
    features.set(parseRow(row, source), index * wdbcColumns.length);
  const labels = Uint8Array.from(rows, (row) => (row.fields.at(-1) === malignantInFile ? 1 : 0));
  return { features, labels };
}

function parseRow({ line, fields }: CsvRow, source: string): readonly number[] {
  const label = fields.at(-1) ?? '';
  const values = fields.slice(0, -1);
  if (values.length !== wdbcColumns.length || !/^[01]$/.test(label))
    throw malformed(
      `${source}, line ${line}, has ${values.length} values and the class "${label}"`,
    );
  return values.map((value, column) => {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (Number.isFinite(number)) return number;
    throw malformed(`${source}, line ${line}: ${wdbcColumns[column]} is "${value}"`);
  });
}

const malformed = (found: string) =>
  new InputError('wdbc-malformed', {
    found,
    why: 'The columns of this table have no header, only an order',
    remedy:
      'Expect a first line "rows,30,malignant,benign" and then 30 numbers and the class (0 malignant, 1 benign) a line',
  });
