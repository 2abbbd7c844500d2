// Judges a candidate by what was measured: no worse than what serves, overall and in every part, or good enough to be the first. Pure.
import { logitsOf } from '../evaluate/answered-report.ts';
import { calibrated } from '../evaluate/calibrate.ts';
import { evaluation } from '../evaluate/evaluation.ts';
import { expectedCalibrationError } from '../evaluate/metrics.ts';
import { abstentionChecks } from './abstention-checks.ts';
import type { Answers } from './answers.ts';
import { compatibilityChecks } from './compatibility.ts';
import type { Check, GateReport } from './gate-report.ts';
import { verdictOf } from './gate-report.ts';
import { gradeChecks } from './grade-checks.ts';
import { eceMargin, latencyRatioMax, margins, memoryRatioMax } from './margins.ts';
import { nonInferior } from './non-inferior.ts';
import { pairedDifferences } from './paired.ts';
import type { PairedRows, Resampled } from './paired.ts';
import { subgroupChecks } from './subgroup-checks.ts';

export interface Evidence {
  readonly setSha256: string;
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
  /** Empty where rows have none. */
  readonly sublabels: readonly string[];
  readonly candidate: Answers;
  readonly incumbent: Answers | null;
  /** Whether the candidate gave its golden answers, by engine; else why not. */
  readonly golden: readonly { readonly engine: string; readonly refused: string | null }[];
  /** Candidate over incumbent, measured turn about; null without an incumbent. */
  readonly latencyRatio: number | null;
  readonly memoryRatio: number | null;
}

/** The draws of every gate, so that two runs on the same answers give the same figures. */
const gateSeed = 20_261_121;

export function judge(evidence: Evidence, settings: Resampled = { seed: gateSeed }): GateReport {
  const { setSha256, labels, patients, candidate, incumbent } = evidence;
  const checks = [
    ...evidence.golden.map(goldenCheck),
    ...(incumbent === null
      ? firstOfItsName(evidence, settings)
      : againstIncumbent(evidence, incumbent, settings)),
  ];
  return {
    formatVersion: 1,
    model: candidate.manifest.name,
    candidate: candidate.manifest.version,
    incumbent: incumbent?.manifest.version ?? null,
    validation: { setSha256, rows: labels.length, patients: new Set(patients).size },
    checks,
    verdict: verdictOf(checks),
  };
}

function againstIncumbent(
  evidence: Evidence,
  incumbent: Answers,
  settings: Resampled,
): readonly Check[] {
  const { candidate, labels, patients, sublabels, setSha256 } = evidence;
  const rows: PairedRows = {
    labels,
    patients,
    candidate: scoresOf(candidate),
    incumbent: scoresOf(incumbent),
  };
  const differences = pairedDifferences(rows, settings);
  return [
    nonInferior('AUROC, difference', differences.auroc, margins.auroc),
    nonInferior(
      'Sensitivity at the incumbent\u2019s specificity, difference',
      differences.sensitivity,
      margins.sensitivity,
    ),
    nonInferior('Accuracy, difference', differences.accuracy, margins.accuracy),
    ...subgroupChecks(rows, sublabels, settings),
    ...abstentionChecks({ labels, patients, candidate, incumbent }, settings),
    ...gradeChecks({ patients, sublabels, candidate, incumbent }, settings),
    calibrationCheck(rows),
    ratioCheck('Latency, ratio', evidence.latencyRatio, latencyRatioMax),
    ratioCheck('Memory, ratio', evidence.memoryRatio, memoryRatioMax),
    ...compatibilityChecks(candidate.manifest, incumbent.manifest, setSha256),
  ];
}

const scoresOf = ({ manifest, answers }: Answers) => ({
  probabilities: logitsOf(answers).map((logit) => calibrated(manifest.calibration, logit)),
  threshold: manifest.threshold,
});

function calibrationCheck({ labels, candidate, incumbent }: PairedRows): Check {
  const eceOf = (scores: typeof candidate) =>
    expectedCalibrationError(scores.probabilities, labels);
  const measured = eceOf(candidate) - eceOf(incumbent);
  const isKept = measured <= eceMargin;
  return {
    name: 'Expected calibration error, difference',
    outcome: isKept ? 'pass' : 'fail',
    measured,
    limit: eceMargin,
    said: isKept ? 'probabilities mean as much as before' : 'probabilities mean less than before',
  };
}

function ratioCheck(name: string, measured: number | null, limit: number): Check {
  if (measured === null)
    return { name, outcome: 'reported', measured, limit, said: 'not measured' };
  const isKept = measured <= limit;
  const said = isKept ? 'fits the machines there are' : 'needs larger or more machines';
  return { name, outcome: isKept ? 'pass' : 'fail', measured, limit, said };
}

const goldenCheck = ({ engine, refused }: Evidence['golden'][number]): Check => ({
  name: `Golden answers on ${engine}`,
  outcome: refused === null ? 'pass' : 'fail',
  measured: null,
  limit: null,
  said: refused ?? 'given',
});

/** Nothing to compare with: floors that its manifest states beforehand, on the set that it names, and two people. */
function firstOfItsName(
  { candidate, labels, patients, setSha256 }: Evidence,
  { seed, resamples }: Resampled,
): readonly Check[] {
  const { manifest, answers } = candidate;
  const { validation } = manifest;
  if (validation?.setSha256 !== setSha256)
    return [
      {
        name: 'Validation set',
        outcome: 'fail',
        measured: null,
        limit: null,
        said: 'the manifest names no floors for this set, and without an incumbent there is no other measure',
      },
    ];
  const figures = evaluation(
    manifest,
    { logits: logitsOf(answers), labels, patients },
    { seed, ...(resamples === undefined ? {} : { resamples }) },
  );
  const floorCheck = (name: 'auroc' | 'sensitivity' | 'specificity'): Check => {
    const [measured, limit] = [figures[name], validation.floors[name]];
    const isReached = measured.low >= limit;
    const said = isReached ? 'reached' : 'not reached by the lower end of the interval';
    return {
      name: `Floor of ${name}`,
      outcome: isReached ? 'pass' : 'fail',
      measured,
      limit,
      said,
    };
  };
  return [
    ...(['auroc', 'sensitivity', 'specificity'] as const).map(floorCheck),
    {
      name: 'First of its name',
      outcome: 'held',
      measured: null,
      limit: null,
      said: 'two people must want it',
    },
  ];
}
