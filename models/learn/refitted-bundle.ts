// Writes the incumbent with another head in its place, its golden answers given anew: a draft, ready for the gate.
import { InputError } from '../../fleet/errors.ts';
import type { Head } from '../backbone/head.ts';
import type { GradeRow } from '../backbone/refit-head.ts';
import { refitHead } from '../backbone/refit-head.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import type { BundleManifest, GoldenInput } from '../bundle/manifest.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { onnxEngine } from '../engine/onnx-engine.ts';
import { goldenTensor } from '../engine/self-test.ts';
import { findingFrom } from '../evaluate/grades.ts';
import { refittedReference } from './refitted-reference.ts';

/** What a refit changes. */
export interface Refit extends Pick<
  BundleManifest,
  'version' | 'calibration' | 'threshold' | 'unsure'
> {
  readonly head: Head;
  /** Questions of the grades that have another row too; that which the head asks follows the head. */
  readonly gradeRows: readonly GradeRow[];
  /** What the new head says of the rows that chose, for telling later when readings look otherwise. */
  readonly validationLogits: Float64Array;
  /** Of the head; what is known of the backbone is added. */
  readonly provenance: BundleManifest['provenance'];
  /** From what and how the head came to be, and how it abstains: the next refit reads it. */
  readonly record: RefitAbstention;
}

export interface RefitAbstention {
  /** Share of the validation rows that the model decides by itself, and how often it errs there. */
  readonly abstention: { readonly coverage: number; readonly errorRate: number };
}

const refitFile = 'refit.json';

/** Into `<out>/<name>/<version>`. `InputError` 'no-linear-head' | 'version-exists'. */
export async function writeRefitted(out: string, incumbent: Bundle, refit: Refit): Promise<Bundle> {
  const { version, head, gradeRows, calibration, threshold, unsure } = refit;
  const row = findingRow(incumbent);
  const modelBytes = refitHead(
    incumbent.modelBytes,
    head,
    row === null ? gradeRows : [...gradeRows, { row, head, calibration }],
  );
  const { reference, provenance, ...kept } = incumbent.manifest;
  const fresh = refittedReference(reference, refit.validationLogits);
  return writeBundle(out, {
    manifest: {
      ...kept,
      version,
      calibration,
      threshold,
      unsure,
      golden: await goldenAnswers(incumbent, modelBytes),
      ...(fresh && { reference: fresh }),
      provenance: {
        ...ofBackbone(provenance),
        ...refit.provenance,
        incumbent: `${kept.name} ${kept.version}`,
        incumbentSha256: kept.model.sha256,
      },
    },
    modelBytes,
    files: { ...goldenFiles(incumbent), [refitFile]: `${JSON.stringify(refit.record, null, 2)}\n` },
  });
}

/** The question of the grades that the head asks too; null for a model that does not grade. */
export const findingRow = ({ manifest: { grades } }: Bundle): number | null =>
  grades === undefined ? null : findingFrom(grades) - 1;

/** The rest tells how the incumbent's head came to be: the bundle named as `incumbent` says it. */
function ofBackbone(provenance: BundleManifest['provenance']): BundleManifest['provenance'] {
  const names = ['backbone', 'backboneSha256'];
  return Object.fromEntries(Object.entries(provenance).filter(([name]) => names.includes(name)));
}

/** The same phantoms, answered by the new model. */
async function goldenAnswers(
  { dir, manifest, files, signer }: Bundle,
  modelBytes: Uint8Array,
): Promise<readonly GoldenInput[]> {
  const model = await onnxEngine.load({ dir, manifest, files, signer, modelBytes });
  try {
    const answers: GoldenInput[] = [];
    for (const { input } of manifest.golden) {
      const { logit } = await model.run(await goldenTensor({ files, manifest }, { input }), 1);
      answers.push({ input, logit: logit[0] ?? Number.NaN });
    }
    return answers;
  } finally {
    await model.close();
  }
}

/** Only these: the incumbent's card tells of another head. */
function goldenFiles({ files, manifest }: Bundle): Record<string, Uint8Array> {
  const named = manifest.golden.flatMap(({ input }) => {
    const file = typeof input === 'string' ? files.get(input) : undefined;
    return file === undefined ? [] : [[input as string, file] as const];
  });
  return Object.fromEntries(named);
}

/** The share of films the incumbent decides by itself, as its card or the record of its refit says. */
export function coverageOf({ files, manifest }: Bundle): number {
  for (const name of ['card.json', refitFile]) {
    const json = new TextDecoder().decode(files.get(name)) || '{}';
    const { abstention } = JSON.parse(json) as CoverageSource;
    if (typeof abstention?.coverage === 'number') return abstention.coverage;
  }
  throw new InputError('coverage', {
    found: `${manifest.name} ${manifest.version} has no card that says how often it abstains`,
    why: 'The candidate abstains as often as the model that it is to succeed',
    remedy: 'Give --coverage, for example 0.8',
  });
}

interface CoverageSource {
  readonly abstention?: { readonly coverage?: unknown };
}
