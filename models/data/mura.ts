// A folder laid out as MURA is (Rajpurkar et al. 2018, arXiv:1712.06957), as rows of a manifest: the labels are in the paths.
import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { csvField } from './csv.ts';

export const muraTask = 'mura';

export interface MuraImage {
  readonly file: string;
  /** Of the study: a view of it may show nothing. */
  readonly label: 0 | 1;
  /** Lower case: elbow, finger, forearm, hand, humerus, shoulder, wrist. */
  readonly bodyPart: string;
  readonly patient: string;
  /** All views of one visit; the answer of a study is the mean of theirs. */
  readonly study: string;
  readonly originalSplit: 'train' | 'valid';
}

export interface MuraIndex {
  readonly manifest: string;
  readonly images: number;
  readonly studies: number;
  readonly patients: number;
}

const manifestFile = 'manifest.csv';
const header = 'file,task,label,sublabel,patient_id,study_id,split,original_split';
/** The set has 40,561 images. */
const imagesMax = 200_000;
const validationShare = 0.1;

const layout =
  /^(train|valid)\/XR_([A-Z]+)\/(patient\d+)\/(study\d+)_(positive|negative)\/[^/.][^/]*\.(?:png|jpe?g)$/;

/** What a path below the set's folder says, or null where it is no image of the set. */
export function muraImage(file: string): MuraImage | null {
  const match = layout.exec(file);
  if (match === null) return null;
  const [, originalSplit = '', part = '', patient = '', study = '', verdict = ''] = match;
  const bodyPart = part.toLowerCase();
  return {
    file,
    label: verdict === 'positive' ? 1 : 0,
    bodyPart,
    patient,
    study: `${patient}-${bodyPart}-${study}`,
    originalSplit: originalSplit === 'valid' ? 'valid' : 'train',
  };
}

/** The authors' validation set is the test; a tenth of the training patients, by a hash of their number, chooses and calibrates. */
export function muraSplit({ originalSplit, patient }: MuraImage): 'train' | 'val' | 'test' {
  if (originalSplit === 'valid') return 'test';
  const digest = createHash('sha256').update(`mura split:${patient}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < validationShare ? 'val' : 'train';
}

/**
 * Writes `manifest.csv` into the folder that holds `train/` and `valid/`. Who has the set has agreed not to pass it on: nothing is
 * copied. `InputError` 'no-mura' where the folder is laid out otherwise.
 */
export async function indexMura(folder: string): Promise<MuraIndex> {
  const images = await muraImages(folder);
  const lines = images.map((image) =>
    [
      image.file,
      muraTask,
      image.label,
      image.bodyPart,
      image.patient,
      image.study,
      muraSplit(image),
      image.originalSplit === 'valid' ? 'test' : 'train',
    ]
      .map((field) => csvField(String(field)))
      .join(','),
  );
  const manifest = path.join(folder, manifestFile);
  await writeFile(manifest, `${[header, ...lines].join('\n')}\n`);
  const count = (of: (image: MuraImage) => string) => new Set(images.map(of)).size;
  return {
    manifest,
    images: images.length,
    studies: count(({ study }) => study),
    patients: count(({ patient }) => patient),
  };
}

async function muraImages(folder: string): Promise<readonly MuraImage[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const images = files
    .map((file) => muraImage(file.split(path.sep).join('/')))
    .filter((image) => image !== null)
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const splits = new Set(images.map(({ originalSplit }) => originalSplit));
  if (splits.size === 2 && images.length <= imagesMax) return images;
  throw new InputError('no-mura', {
    found: `${folder} holds ${images.length} images laid out as MURA's are${splits.size === 1 ? `, all below ${[...splits].join()}/` : ''}`,
    why: `Expected are between 2 and ${imagesMax}, below both train/ and valid/, such as train/XR_ELBOW/patient00011/study1_positive/image1.png`,
    remedy: 'Name the folder MURA-v1.1 of the unpacked set',
  });
}
