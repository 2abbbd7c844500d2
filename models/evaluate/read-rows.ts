// What a model answers to every row: logits, cumulative grades, features, and the answer to a picture's border alone.
import { isKnown } from '../known/refuse-unknown.ts';
import type { Reader } from '../reader.ts';
import type { PictureFacts } from './picture-facts.ts';
import { borderOnly } from './picture-facts.ts';
import type { Samples } from './samples.ts';

export interface RowAnswers {
  readonly logits: Float64Array;
  /** How many the model's gate would refuse. */
  readonly refused: number;
  /** Of models that grade. */
  readonly grades: readonly Float32Array[];
  /** Pictures only. */
  readonly facts: readonly PictureFacts[];
  readonly borderLogits: Float64Array;
  /** Of models that give any, on sets small enough to fit a head to in memory. */
  readonly features: { readonly features: Float32Array; readonly columns: number } | null;
}

/** 5,000 rows of 1,280 features take 26 MB, and ten fits of them a minute. */
const featureRowsMax = 5_000;

/** `onRow` is called after each row with the number of rows done and of all rows. */
export async function readRows(
  reader: Reader,
  { labels, read }: Samples,
  onRow?: (done: number, total: number) => void,
): Promise<RowAnswers> {
  const { manifest } = reader;
  const { input } = manifest;
  const rows = labels.length;
  const logits = new Float64Array(rows);
  const borderLogits = new Float64Array(rows);
  let refused = 0;
  const grades: Float32Array[] = [];
  const facts: PictureFacts[] = [];
  const features: Float32Array[] = [];
  for (let row = 0; row < rows; row++) {
    const sample = await read(row);
    const output = await reader.infer(sample.tensor, 1);
    logits[row] = output.logit[0] ?? Number.NaN;
    if (!isKnown(manifest, output, 0)) refused++;
    if (output.grades !== undefined) grades.push(output.grades);
    if (output.features !== null && rows <= featureRowsMax) features.push(output.features);
    if (input.kind === 'image' && sample.facts !== undefined) {
      facts.push(sample.facts);
      const { logit } = await reader.infer(borderOnly(sample.tensor, input), 1);
      borderLogits[row] = logit[0] ?? Number.NaN;
    }
    onRow?.(row + 1, rows);
  }
  return { logits, refused, grades, facts, borderLogits, features: joined(features) };
}

function joined(rows: readonly Float32Array[]): RowAnswers['features'] {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) return null;
  const features = new Float32Array(rows.length * columns);
  for (const [row, values] of rows.entries()) features.set(values, row * columns);
  return { features, columns };
}
