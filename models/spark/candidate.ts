// Makes a candidate bundle of the heads that Spark fitted: the best on validation rows, calibrated, in the incumbent's place.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { refitHead } from '../backbone/refit-head.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import type { BundleManifest, Calibration, GoldenInput } from '../bundle/manifest.ts';
import { bundleNamed } from '../bundle/named-bundle.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { onnxEngine } from '../engine/onnx-engine.ts';
import { goldenTensor } from '../engine/self-test.ts';
import { calibrated, fitPlatt } from '../evaluate/calibrate.ts';
import { abstentionBand, youdenThreshold } from '../evaluate/threshold.ts';
import { logLoss } from '../train/choose-penalty.ts';
import type { ModelRequest } from './plan.ts';

interface FittedHead {
  readonly l2: number;
  readonly weights: readonly number[];
  readonly bias: number;
  readonly validationLogits: readonly number[];
}

export interface CandidateRequest extends ModelRequest {
  readonly heads: readonly FittedHead[];
  readonly validationLabels: readonly number[];
  /** The registry to write `<name>/<version>` into. */
  readonly out: string;
  /** Of the new bundle; the incumbent's next minor version when left out. */
  readonly version?: string;
  /** Share of the validation rows that the candidate decides by itself; as the incumbent's card says when left out. */
  readonly coverage?: number;
  readonly date: string;
  readonly manifest: string;
  readonly trainingRows: number;
}

interface Judged extends FittedHead {
  readonly calibration: Calibration;
  readonly probabilities: Float64Array;
  readonly validationLogLoss: number;
}

/** Throws `InputError` 'no-linear-head' | 'version-exists' | 'coverage' and what calibration finds wrong with the rows. */
export async function candidate(request: CandidateRequest) {
  const incumbent = await bundleNamed(request.model, request.registry);
  const labels = Uint8Array.from(request.validationLabels);
  const best = leastLoss(request.heads.map((head) => judged(head, labels)));
  const { calibration, probabilities } = best;
  const threshold = youdenThreshold(probabilities, labels);
  const coverage = request.coverage ?? (await coverageOf(incumbent));
  const band = abstentionBand(probabilities, labels, { threshold, coverage });
  const modelBytes = refitHead(incumbent.modelBytes, {
    weights: Float64Array.from(best.weights),
    bias: best.bias,
  });
  const kept = incumbent.manifest;
  const bundle = await writeBundle(request.out, {
    manifest: {
      ...kept,
      version: request.version ?? nextMinor(kept.version),
      calibration,
      threshold,
      unsure: { low: band.low, high: band.high },
      golden: await goldenAnswers(incumbent, modelBytes),
      provenance: provenance(request, best, incumbent.manifest),
    },
    modelBytes,
    files: await goldenFiles(incumbent),
  });
  return {
    bundle: bundle.dir,
    version: bundle.manifest.version,
    l2: best.l2,
    validationLogLoss: best.validationLogLoss,
    tried: request.heads.map(({ l2 }) => l2),
  };
}

function judged(head: FittedHead, labels: Uint8Array): Judged {
  const logits = Float64Array.from(head.validationLogits);
  const calibration = fitPlatt(logits, labels);
  const probabilities = logits.map((logit) => calibrated(calibration, logit));
  return { ...head, calibration, probabilities, validationLogLoss: logLoss(probabilities, labels) };
}

function leastLoss(heads: readonly Judged[]): Judged {
  const [best] = heads.toSorted((a, b) => a.validationLogLoss - b.validationLogLoss);
  if (best === undefined) throw new Error('no head was fitted');
  return best;
}

async function coverageOf({ dir, manifest }: Bundle): Promise<number> {
  const json = await readFile(join(dir, 'card.json'), 'utf8').catch(() => '{}');
  const { abstention } = JSON.parse(json) as { readonly abstention?: { coverage?: number } };
  if (typeof abstention?.coverage === 'number') return abstention.coverage;
  throw new InputError('coverage', {
    found: `${manifest.name} ${manifest.version} has no card that says how often it abstains`,
    why: 'The candidate abstains as often as the model that it is to succeed',
    remedy: 'Give --coverage, for example 0.9',
  });
}

/** The same phantoms, answered by the new model. */
async function goldenAnswers(incumbent: Bundle, modelBytes: Uint8Array): Promise<GoldenInput[]> {
  const { manifest } = incumbent;
  const model = await onnxEngine.load({ ...incumbent, modelBytes });
  try {
    const answers: GoldenInput[] = [];
    for (const { input } of manifest.golden) {
      const tensor = await goldenTensor(incumbent, { input });
      const { logit } = await model.run(tensor, 1);
      answers.push({ input, logit: logit[0] ?? Number.NaN });
    }
    return answers;
  } finally {
    await model.close();
  }
}

async function goldenFiles({ dir, manifest }: Bundle): Promise<Record<string, Uint8Array>> {
  const names = manifest.golden.flatMap(({ input }) => (typeof input === 'string' ? [input] : []));
  const read = names.map(async (name) => [name, await readFile(join(dir, name))] as const);
  return Object.fromEntries(await Promise.all(read));
}

function provenance(
  { date, manifest, trainingRows }: CandidateRequest,
  { l2 }: Judged,
  { name, version, model, provenance: before }: BundleManifest,
): BundleManifest['provenance'] {
  return {
    ...before,
    command: `spark:refit --model ${name} --penalties ${l2}`,
    date,
    data: `${trainingRows} training rows of the table below`,
    dataTableSha256: createHash('sha256').update(manifest).digest('hex'),
    incumbent: `${name} ${version}`,
    incumbentSha256: model.sha256,
  };
}

function nextMinor(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return `${major}.${minor + 1}.0`;
}
