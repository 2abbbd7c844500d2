// A new head from labelled features: penalty, calibration, threshold and abstention from rows the fit never saw. Pure.
import { InputError } from '../../fleet/errors.ts';
import type { Head } from '../backbone/head.ts';
import type { GradeRow } from '../backbone/refit-head.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { seededRandom, shuffled } from '../evaluate/seeded-random.ts';
import { abstentionBand } from '../evaluate/threshold.ts';
import type { AbstentionBand } from '../evaluate/threshold.ts';
import type { HeadCandidate } from '../train/choose-penalty.ts';
import { choosePenalty } from '../train/choose-penalty.ts';
import { logits } from '../train/logistic.ts';
import type { GradedSamples, LabelledFeatures } from './feature-rows.ts';
import { joined, pickRows } from './feature-rows.ts';
import { keptDecision } from './kept-decision.ts';
import type { IncumbentGrades } from './learn-grades.ts';
import { learnGradeRows } from './learn-grades.ts';
import {
  classCounts,
  isEnough,
  lakeMin,
  trainPerClassMin,
  validationPerClassMin,
} from './row-minimums.ts';

export interface ReferenceRows {
  /** Learned from together with the lake; null to learn from the lake alone. */
  readonly train: GradedSamples | null;
  readonly validation: GradedSamples;
}

export interface LearningRequest {
  /** Of the lake. */
  readonly labelled: LabelledFeatures;
  /** Rows with labels from elsewhere; null leaves the lake to choose on films of its own. */
  readonly reference: ReferenceRows | null;
  readonly incumbent: OperatingPoint;
  readonly penalties: readonly number[];
  /** Share of the validation rows that the model decides by itself. */
  readonly coverage: number;
  readonly seed: number;
}

/** The model that is to be succeeded, as it answers to the same features. */
export interface OperatingPoint extends Pick<BundleManifest, 'calibration' | 'threshold'> {
  readonly head: Head;
  /** Null for a model that does not grade. */
  readonly grades: IncumbentGrades | null;
}

export interface LearnedHead {
  readonly head: HeadCandidate;
  /** The questions of the grades that were learned, beside that which the head asks. */
  readonly gradeRows: readonly GradeRow[];
  readonly threshold: number;
  readonly band: AbstentionBand;
  readonly rows: {
    readonly lake: number;
    /** Those of the lake whose grade is known. */
    readonly graded: number;
    readonly reference: number;
    readonly validation: number;
  };
}

/** Of the lake's films, where there is no other validation set. */
const validationShare = 0.4;

/** `InputError` 'too-few-labels', or what the fit finds wrong with the rows. */
export function learnHead(request: LearningRequest): LearnedHead {
  refuseEmptyLake(request.labelled.labels.length);
  const { train, validation, lake, graded } = setsOf(request);
  refuseTooFew('train on', train.labels, trainPerClassMin);
  refuseTooFew('choose the threshold on', validation.labels, validationPerClassMin);
  const head = choosePenalty(train, validation, { grid: request.penalties });
  const { labels, features } = validation;
  const { calibration, probabilities, threshold } = keptDecision(
    head.calibration,
    { logits: head.validationLogits, labels },
    { ...request.incumbent, logits: logits(request.incumbent.head, features) },
  );
  const band = abstentionBand(probabilities, labels, {
    threshold,
    coverage: request.coverage,
  });
  const rows = {
    lake,
    graded,
    reference: train.labels.length - lake,
    validation: labels.length,
  };
  const { grades } = request.incumbent;
  // Without grades of the lake there is nothing to learn that was not known when the incumbent was made.
  const gradeRows =
    grades === null || graded < lakeMin
      ? []
      : learnGradeRows(grades, { train, validation }, request.penalties);
  return { head: { ...head, calibration }, gradeRows, threshold, band, rows };
}

function setsOf({ labelled, reference, seed }: LearningRequest) {
  if (reference !== null) {
    const { train, validation } = reference;
    const all = train === null ? labelled : joined(labelled, train);
    return { train: all, validation, ...countsOf(labelled) };
  }
  const held = heldOut(labelled.patients, seed);
  const rows = [...labelled.patients.keys()];
  const train = pickRows(
    labelled,
    rows.filter((row) => !held.has(labelled.patients[row] ?? '')),
  );
  const validation = pickRows(
    labelled,
    rows.filter((row) => held.has(labelled.patients[row] ?? '')),
  );
  return { train, validation, ...countsOf(train) };
}

const countsOf = ({ labels, grades }: GradedSamples) => ({
  lake: labels.length,
  graded: grades.filter((grade) => grade !== null).length,
});

/** Whole patients, where the rows know them. */
function heldOut(patients: readonly string[], seed: number): ReadonlySet<string> {
  const all = [...new Set(patients)].sort();
  const count = Math.round(all.length * validationShare);
  const drawn = shuffled(all.length, seededRandom(seed)).subarray(0, count);
  return new Set(Array.from(drawn, (at) => all[at] ?? ''));
}

function refuseEmptyLake(count: number): void {
  if (count >= lakeMin) return;
  throw new InputError('too-few-labels', {
    found: `${count} films of the lake have a label`,
    why: `Fewer than ${lakeMin} teach nothing that the incumbent does not know`,
    remedy: 'Collect more opinions: `evenkeel learn queue` says on which films',
  });
}

function refuseTooFew(what: string, labels: Uint8Array, perClassMin: number): void {
  if (isEnough(labels, perClassMin)) return;
  const { positives, negatives } = classCounts(labels);
  throw new InputError('too-few-labels', {
    found: `There are ${positives} films with the finding and ${negatives} without to ${what}`,
    why: `At least ${perClassMin} of each are needed; of fewer, chance decides`,
    remedy:
      'Collect more opinions (`evenkeel learn queue` says on which films), or give --manifest and --root of a labelled set',
  });
}
