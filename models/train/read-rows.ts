// What a freshly trained graph answers for the rows of a manifest, and the facts about the files that it could cheat with.
import type { BundleManifest, Gate, ImageInput } from '../bundle/manifest.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { atRow, readImage } from '../data/manifest.ts';
import type { GraphSession } from '../engine/graph-session.ts';
import { decodeGrey } from '../imaging/decode.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import { isWithin } from '../known/refuse-unknown.ts';
import { preprocess } from '../imaging/preprocess.ts';

export interface ReadJob {
  readonly root: string;
  readonly rows: readonly ManifestRow[];
  readonly input: ImageInput;
  readonly outputs: BundleManifest['outputs'];
  readonly gate: Gate;
  /** Another picture of the same film; null reads it as serving would. */
  readonly vary: ((image: GreyImage, row: ManifestRow) => GreyImage) | null;
  /** Called after each picture. */
  readonly onPicture?: () => void;
}

export interface ReadRows {
  readonly rows: readonly ManifestRow[];
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
  readonly logits: Float64Array;
  /** [n * k], row by row; empty where the graph does not grade. */
  readonly grades: Float64Array;
  /** How many the gate would refuse. */
  readonly refused: number;
  /** Mean grey level and file size of each picture. */
  readonly facts: { readonly meanGrey: Float64Array; readonly fileBytes: Float64Array };
}

/** In the order of the rows. Throws `InputError` naming the row for whatever is wrong with its file. */
export async function readRows(session: GraphSession, job: ReadJob): Promise<ReadRows> {
  const { rows, input, outputs, vary, gate } = job;
  const { margin, distance } = gate.outputs;
  const graded = outputs.grades === undefined ? [] : [outputs.grades];
  const names = [outputs.logit, margin, distance, ...graded];
  const dims = [1, input.channels, input.height, input.width];
  const logits = new Float64Array(rows.length);
  let refused = 0;
  const grades: number[] = [];
  const meanGrey = new Float64Array(rows.length);
  const fileBytes = new Float64Array(rows.length);
  for (const [index, row] of rows.entries()) {
    const bytes = await readImage(job.root, row);
    const image = await atRow(row, () => decodeGrey(bytes));
    meanGrey[index] = image.pixels.reduce((sum, grey) => sum + grey, 0) / image.pixels.length;
    fileBytes[index] = bytes.length;
    const data = preprocess(vary === null ? image : vary(image, row), input);
    const [logit, near, far, cumulative] = await session.run(
      { name: input.tensor, dims, data },
      names,
    );
    const scores = { margin: near?.data[0] ?? 0, distance: far?.data[0] ?? 0 };
    if (!isWithin(gate, scores)) refused++;
    logits[index] = logit?.data[0] ?? Number.NaN;
    if (cumulative !== undefined) grades.push(...cumulative.data);
    job.onPicture?.();
  }
  return {
    rows,
    labels: Uint8Array.from(rows, (row) => row.label),
    patients: rows.map((row) => row.patient),
    logits,
    grades: Float64Array.from(grades),
    refused,
    facts: { meanGrey, fileBytes },
  };
}
