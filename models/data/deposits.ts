// The public deposits of the open image sets, and how their files become rows of a manifest. Pure.
import { createHash } from 'node:crypto';

export const dataSets = ['chest-pneumonia', 'knee-osteoarthritis'] as const;
export type DataSetName = (typeof dataSets)[number];

export interface ImageFacts {
  readonly file: string;
  readonly label: 0 | 1;
  readonly sublabel: string;
  readonly patient: string;
  readonly originalSplit: string;
}

export interface Deposit {
  readonly doi: string;
  readonly dataset: string;
  readonly version: number;
  readonly archive: RegExp;
  /** Known beforehand, or null: then the deposit's own listing is trusted at the first fetch and held to afterwards. */
  readonly pinned: { readonly bytes: number; readonly sha256: string } | null;
  readonly task: string;
  readonly source: string;
  readonly licence: string;
  readonly attribution: string;
  /** What a path in the archive is, or null for everything that is not wanted. */
  readonly facts: (entry: string) => ImageFacts | null;
}

export const deposits: Readonly<Record<DataSetName, Deposit>> = {
  'chest-pneumonia': {
    doi: '10.17632/rscbjbr9sj.2',
    dataset: 'rscbjbr9sj',
    version: 2,
    archive: /^ChestXRay2017\.zip$/,
    pinned: {
      bytes: 1_235_512_464,
      sha256: '13efc055629733dbab07877f8b3c9f81097840dbcdaa326a8542322c2281ce36',
    },
    task: 'cxr-pneumonia',
    source: 'kermany2018',
    licence: 'CC-BY-4.0',
    attribution:
      'Kermany, Daniel; Zhang, Kang; Goldbaum, Michael (2018), "Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification", Mendeley Data, V2, doi:10.17632/rscbjbr9sj.2',
    facts: chestFacts,
  },
  'knee-osteoarthritis': {
    doi: '10.17632/56rmx5bjcr.1',
    dataset: '56rmx5bjcr',
    version: 1,
    archive: /^(KneeXrayData|ClsKLData)\w*\.zip$/i,
    pinned: null,
    task: 'knee-oa',
    source: 'chen2018-oai',
    licence: 'CC-BY-4.0',
    attribution:
      'Chen, Pingjun (2018), "Knee Osteoarthritis Severity Grading Dataset", Mendeley Data, V1, doi:10.17632/56rmx5bjcr.1, organised from the Osteoarthritis Initiative',
    facts: kneeFacts,
  },
};

function chestFacts(entry: string): ImageFacts | null {
  const match =
    /^(?:[^/]+\/)*chest_xray\/(train|val|test)\/(NORMAL|PNEUMONIA)\/([\w-]+)\.jpeg$/.exec(entry);
  if (match === null || entry.includes('__MACOSX')) return null;
  const [, originalSplit = '', folder = '', stem = ''] = match;
  const film = /^(?:(NORMAL2)-)?IM-(\d+)-\d+/.exec(stem);
  const person = /^person(\d+)_(bacteria|virus)_/.exec(stem);
  const healthy = folder === 'NORMAL';
  return {
    file: `cxr/${stem}.jpeg`,
    label: healthy ? 0 : 1,
    sublabel: healthy ? 'normal' : (person?.[2] ?? 'pneumonia'),
    patient: chestPatient(film, person, stem),
    originalSplit,
  };
}

/** Three numberings; a name of none of them counts as a patient of its own. */
function chestPatient(film: RegExpExecArray | null, person: RegExpExecArray | null, stem: string) {
  if (film !== null) return `${film[1] === undefined ? 'N' : 'N2'}-${film[2]}`;
  return person === null ? stem : `P${person[1]}`;
}

/** The archive's names are the study's subject numbers; on disk and in the manifest stands a hash instead. */
function kneeFacts(entry: string): ImageFacts | null {
  const match = /^(?:[^/]+\/)*kneeKL224\/(train|val|test)\/([0-4])\/(\d+)([LR])\.png$/.exec(entry);
  if (match === null || entry.includes('__MACOSX')) return null;
  const [, originalSplit = '', grade = '', subject = '', side = ''] = match;
  const pseudonym = createHash('sha256').update(`chen2018:${subject}`).digest('hex').slice(0, 12);
  return {
    file: `knee/${pseudonym}${side}.png`,
    label: Number(grade) >= 2 ? 1 : 0,
    sublabel: `KL${grade}`,
    patient: `K-${pseudonym}`,
    originalSplit,
  };
}

const validationShare = 0.15;

/**
 * Patient-disjoint splits. Whoever has an image in the authors' test set is in `test` with everything they have; authors'
 * validation sets stay when they are large enough to tune on (Kermany's has 16 films and joins the training pool, of
 * which a hash of the patient then sets 15 % apart).
 */
export function splitOf(
  image: ImageFacts,
  sets: { readonly testPatients: ReadonlySet<string>; readonly keepValidation: boolean },
): 'train' | 'val' | 'test' {
  if (sets.testPatients.has(image.patient)) return 'test';
  if (sets.keepValidation) return image.originalSplit === 'val' ? 'val' : 'train';
  const digest = createHash('sha256').update(`evenkeel split:${image.patient}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < validationShare ? 'val' : 'train';
}
