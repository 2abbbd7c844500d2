// Makes a candidate bundle of the heads that Spark fitted: the best on validation rows, calibrated, in the incumbent's place.
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Calibration } from '../bundle/manifest.ts';
import { bundleNamed } from '../bundle/named-bundle.ts';
import { calibrated, fitPlatt } from '../evaluate/calibrate.ts';
import type { AbstentionBand } from '../evaluate/threshold.ts';
import { abstentionBand } from '../evaluate/threshold.ts';
import { keptDecision } from '../learn/kept-decision.ts';
import type { Refit } from '../learn/refitted-bundle.ts';
import { coverageOf, writeRefitted } from '../learn/refitted-bundle.ts';
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
  /** Of the same rows, by the model that is to be succeeded. */
  readonly incumbentLogits: readonly number[];
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
  readonly validationLogLoss: number;
}

/** Throws `InputError` 'no-linear-head' | 'version-exists' | 'coverage' and what calibration finds wrong with the rows. */
export async function candidate(request: CandidateRequest) {
  const incumbent = await bundleNamed(request.model, request.registry);
  const labels = Uint8Array.from(request.validationLabels);
  const best = leastLoss(request.heads.map((head) => judged(head, labels)));
  const { manifest } = incumbent;
  const { calibration, probabilities, threshold } = keptDecision(
    best.calibration,
    { logits: Float64Array.from(best.validationLogits), labels },
    { ...manifest, logits: Float64Array.from(request.incumbentLogits) },
  );
  const coverage = request.coverage ?? coverageOf(incumbent);
  const band = abstentionBand(probabilities, labels, { threshold, coverage });
  const bundle = await writeRefitted(request.out, incumbent, {
    version: request.version ?? nextMinor(manifest.version),
    head: { weights: Float64Array.from(best.weights), bias: best.bias },
    // Its rows are labelled by the finding alone.
    gradeRows: [],
    validationLogits: Float64Array.from(best.validationLogits),
    calibration,
    threshold,
    unsure: { low: band.low, high: band.high },
    ...accountOf(request, best, band),
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
  return { ...head, calibration, validationLogLoss: logLoss(probabilities, labels) };
}

function leastLoss(heads: readonly Judged[]): Judged {
  const [best] = heads.toSorted((a, b) => a.validationLogLoss - b.validationLogLoss);
  if (best === undefined) throw new Error('no head was fitted');
  return best;
}

function accountOf(
  { date, manifest, trainingRows, validationLabels, model }: CandidateRequest,
  { l2, validationLogLoss }: Judged,
  { coverage, errorRate }: AbstentionBand,
): Pick<Refit, 'provenance' | 'record'> {
  const command = `spark:refit --model ${path.basename(model)} --penalties ${l2}`;
  const validationRows = validationLabels.length;
  const account = { command, date, l2, trainingRows, validationRows, validationLogLoss };
  const record = { ...account, abstention: { coverage, errorRate } };
  return {
    provenance: {
      command,
      date,
      data: `${trainingRows} training rows of the table below`,
      dataTableSha256: createHash('sha256').update(manifest).digest('hex'),
    },
    record,
  };
}

function nextMinor(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return `${major}.${minor + 1}.0`;
}
