// Writes a draft: the incumbent with another head in its place, its golden answers given anew, ready for the gate.
import { InputError } from '../../fleet/errors.ts';
import { refitHead } from '../backbone/refit-head.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import type { GoldenInput } from '../bundle/manifest.ts';
import { bundleDirs, compareVersions } from '../bundle/registry.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { onnxEngine } from '../engine/onnx-engine.ts';
import { goldenTensor } from '../engine/self-test.ts';
import type { LearnedHead } from './learn-head.ts';

export interface CandidateParts {
  readonly incumbent: Bundle;
  readonly learned: LearnedHead;
  /** The registry to write `<name>/<version>` into. */
  readonly out: string;
  /** What the card of a refit says; `refit.json` beside the model. */
  readonly record: RefitRecord;
}

/** From what, how and by which command a refitted head came to be. */
export interface RefitRecord {
  readonly command: string;
  readonly date: string;
  readonly seed: number;
  readonly incumbent: { readonly version: string; readonly modelSha256: string };
  readonly lake: {
    readonly films: number;
    readonly labelled: number;
    /** Left out: as many opinions for as against, or too few. */
    readonly unresolved: number;
    readonly votesMin: number;
  };
  readonly rows: LearnedHead['rows'];
  readonly validation: { readonly on: string; readonly logLoss: number };
  readonly l2: number;
  /** Share of the validation rows that the model decides by itself, and how often it errs there. */
  readonly abstention: { readonly coverage: number; readonly errorRate: number };
}

const refitFile = 'refit.json';

/** `InputError` 'no-linear-head' | 'version-exists'. */
export async function writeCandidate(parts: CandidateParts): Promise<Bundle> {
  const { incumbent, learned, out, record } = parts;
  const { head, threshold, band } = learned;
  const modelBytes = refitHead(incumbent.modelBytes, head.model);
  const { name, version } = incumbent.manifest;
  return writeBundle(out, {
    manifest: {
      ...incumbent.manifest,
      version: await nextVersion(out, name, version),
      calibration: head.calibration,
      threshold,
      unsure: { low: band.low, high: band.high },
      golden: await goldenAnswers(incumbent, modelBytes),
      provenance: {
        ...incumbent.manifest.provenance,
        command: record.command,
        date: record.date,
        data: `${record.rows.lake} films of the lake and ${record.rows.reference} of the incumbent's training set`,
        incumbent: `${name} ${version}`,
        incumbentSha256: incumbent.manifest.model.sha256,
      },
    },
    modelBytes,
    files: {
      ...goldenFiles(incumbent),
      [refitFile]: `${JSON.stringify(record, null, 2)}\n`,
    },
  });
}

/** The minor version after the newest there is of this name, here or in production. */
async function nextVersion(out: string, name: string, version: string): Promise<string> {
  const there = (await bundleDirs(out)).filter((entry) => entry.name === name);
  const newest = [version, ...there.map((entry) => entry.version)].toSorted(compareVersions).at(-1);
  const [major = 0, minor = 0] = (newest ?? version).split('.').map(Number);
  return `${major}.${minor + 1}.0`;
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
