// A new head from labelled features: penalty, calibration, threshold and abstention from rows the fit never saw. Pure.
import { InputError } from '../../fleet/errors.ts';
import type { Head } from '../backbone/head.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { seededRandom, shuffled } from '../evaluate/seeded-random.ts';
import { abstentionBand } from '../evaluate/threshold.ts';
import type { AbstentionBand } from '../evaluate/threshold.ts';
import type { HeadCandidate } from '../train/choose-penalty.ts';
import { choosePenalty } from '../train/choose-penalty.ts';
import type { Samples } from '../train/logistic.ts';
import { logits } from '../train/logistic.ts';
import type { LabelledFeatures } from './feature-rows.ts';
import { joined, pickRows } from './feature-rows.ts';
import { keptDecision } from './kept-decision.ts';

export interface ReferenceRows {
  /** Learned from together with the lake; null to learn from the lake alone. */
  readonly train: Samples | null;
  readonly validation: Samples;
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
}

export interface LearnedHead {
  readonly head: HeadCandidate;
  readonly threshold: number;
  readonly band: AbstentionBand;
  readonly rows: {
    readonly lake: number;
    readonly reference: number;
    readonly validation: number;
  };
}

/** Of the lake, whatever it is learned from beside: fewer change nothing that could be measured. */
const lakeMin = 10;
/** Of each class: below this a fit says more about the draw than about films. */
const trainPerClassMin = 10;
/** Of each class: threshold and band are quantiles, and of fewer rows they are noise. */
const validationPerClassMin = 25;
/** Of the lake's films, where there is no other validation set. */
const validationShare = 0.4;

/** `InputError` 'too-few-labels', or what the fit finds wrong with the rows. */
export function learnHead(request: LearningRequest): LearnedHead {
  refuseEmptyLake(request.labelled.labels.length);
  const { train, validation, lake } = setsOf(request);
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
    reference: train.labels.length - lake,
    validation: labels.length,
  };
  return { head: { ...head, calibration }, threshold, band, rows };
}

function setsOf({ labelled, reference, seed }: LearningRequest) {
  const lake = labelled.labels.length;
  if (reference !== null) {
    const { train, validation } = reference;
    return { train: train === null ? labelled : joined(labelled, train), validation, lake };
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
  return { train, validation, lake: train.labels.length };
}

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
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  if (Math.min(positives, negatives) >= perClassMin) return;
  throw new InputError('too-few-labels', {
    found: `There are ${positives} films with the finding and ${negatives} without to ${what}`,
    why: `At least ${perClassMin} of each are needed; of fewer, chance decides`,
    remedy:
      'Collect more opinions (`evenkeel learn queue` says on which films), or give --manifest and --root of a labelled set',
  });
}
