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
  /** The gate's outputs. */
  readonly margins: Float64Array;
  readonly distances: Float64Array;
  /** How many the gate would refuse. */
  readonly refused: number;
  /** How many it would not refuse, and abstain on because few films look like them. */
  readonly unfamiliar: number;
  /** Mean grey level and file size of each picture. */
  readonly facts: { readonly meanGrey: Float64Array; readonly fileBytes: Float64Array };
}

/** In the order of the rows. Throws `InputError` naming the row for whatever is wrong with its file. */
export async function readRows(session: GraphSession, job: ReadJob): Promise<ReadRows> {
  const { rows } = job;
  const read: ReadRow[] = [];
  for (const row of rows) {
    read.push(await readRow(session, job, row));
    job.onPicture?.();
  }
  const known = read.filter((scores) => isWithin(job.gate, scores));
  return {
    rows,
    labels: Uint8Array.from(rows, (row) => row.label),
    patients: rows.map((row) => row.patient),
    logits: Float64Array.from(read, ({ logit }) => logit),
    grades: Float64Array.from(read.flatMap(({ grades }) => grades)),
    margins: Float64Array.from(read, ({ margin }) => margin),
    distances: Float64Array.from(read, ({ distance }) => distance),
    refused: read.length - known.length,
    unfamiliar: known.filter((scores) => !isWithin(job.gate.familiar ?? job.gate, scores)).length,
    facts: {
      meanGrey: Float64Array.from(read, ({ meanGrey }) => meanGrey),
      fileBytes: Float64Array.from(read, ({ fileBytes }) => fileBytes),
    },
  };
}

interface ReadRow {
  readonly logit: number;
  readonly grades: readonly number[];
  readonly margin: number;
  readonly distance: number;
  readonly meanGrey: number;
  readonly fileBytes: number;
}

async function readRow(
  session: GraphSession,
  { root, input, outputs, gate, vary }: ReadJob,
  row: ManifestRow,
): Promise<ReadRow> {
  const bytes = await readImage(root, row);
  const image = await atRow(row, () => decodeGrey(bytes));
  const data = preprocess(vary === null ? image : vary(image, row), input);
  const dims = [1, input.channels, input.height, input.width];
  const graded = outputs.grades === undefined ? [] : [outputs.grades];
  const answers = await session.run({ name: input.tensor, dims, data }, [
    outputs.logit,
    gate.outputs.margin,
    gate.outputs.distance,
    ...graded,
  ]);
  const [logit = Number.NaN, margin = Number.NaN, distance = Number.NaN] = answers.map(
    (answer) => answer.data[0] ?? Number.NaN,
  );
  return {
    logit,
    grades: [...(answers[3]?.data ?? [])],
    margin,
    distance,
    meanGrey: image.pixels.reduce((sum, grey) => sum + grey, 0) / image.pixels.length,
    fileBytes: bytes.length,
  };
}
