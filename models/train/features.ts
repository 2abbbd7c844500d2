// Features of a training set: each picture as serving would read it, and seeded, varied copies of it.
import type { FeatureExtractor } from '../backbone/backbone.ts';
import { featureCount } from '../backbone/efficientnet-lite0.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { atRow, readImage } from '../data/manifest.ts';
import { seededRandom } from '../evaluate/seeded-random.ts';
import { decodeGrey } from '../imaging/decode.ts';
import { preprocess } from '../imaging/preprocess.ts';
import type { Augmentation } from './augment.ts';
import { augment } from './augment.ts';
import type { Samples } from './logistic.ts';

export interface FeatureJob {
  readonly root: string;
  readonly rows: readonly ManifestRow[];
  readonly input: ImageInput;
  /** Varied copies beside the picture itself; 0 for validation and test. */
  readonly copies: number;
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** Called after each picture. */
  readonly onPicture?: () => void;
}

export interface FeatureRows extends Samples {
  readonly patients: readonly string[];
  /** Rows a picture: itself and its copies. */
  readonly versions: number;
  /** Mean grey level and file size of each picture: what a model could cheat with. */
  readonly shortcuts: { readonly meanGrey: Float64Array; readonly fileBytes: Float64Array };
}

/** 1 + copies rows a picture, in the order of the manifest. The same seed gives the same copies, whatever the order. */
export async function extractFeatures(
  extractor: FeatureExtractor,
  job: FeatureJob,
): Promise<FeatureRows> {
  const { rows, copies, input } = job;
  const versions = 1 + copies;
  const features = new Float32Array(rows.length * versions * featureCount);
  const meanGrey = new Float64Array(rows.length);
  const fileBytes = new Float64Array(rows.length);
  for (const [index, row] of rows.entries()) {
    const bytes = await readImage(job.root, row);
    const image = await atRow(row, () => decodeGrey(bytes));
    meanGrey[index] = image.pixels.reduce((sum, grey) => sum + grey, 0) / image.pixels.length;
    fileBytes[index] = bytes.length;
    const random = seededRandom(job.seed * 2 ** 24 + row.line);
    for (let version = 0; version < versions; version++) {
      const seen = version === 0 ? image : augment(image, job.augmentation, random);
      const at = (index * versions + version) * featureCount;
      features.set(await extractor.features(preprocess(seen, input), 1), at);
    }
    job.onPicture?.();
  }
  const repeated = rows.flatMap((row) => Array.from({ length: versions }, () => row));
  return {
    features,
    columns: featureCount,
    labels: Uint8Array.from(repeated, (row) => row.label),
    patients: repeated.map((row) => row.patient),
    versions,
    shortcuts: { meanGrey, fileBytes },
  };
}

/** One row a picture: as it is (0), or its copy of that number. */
export function ofVersion(rows: FeatureRows, version: number): FeatureRows {
  const { features, columns, versions } = rows;
  const mine = (_: unknown, index: number) => index % versions === version;
  return {
    ...rows,
    features: features.filter((value, at) => mine(value, Math.floor(at / columns))),
    labels: rows.labels.filter(mine),
    patients: rows.patients.filter(mine),
    versions: 1,
  };
}
