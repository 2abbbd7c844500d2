// Turns scored rows into the Evaluation that is printed, written into cards and judged by gates. Pure.
import type { Evaluation } from '../../fleet/card.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { bootstrapped } from './bootstrap.ts';
import { calibrated } from './calibrate.ts';
import type { GradedRows } from './grades.ts';
import { agreement, gradeConfusion } from './grades.ts';
import type { Band, Scored } from './metrics.ts';
import {
  brierScore,
  decidedRates,
  eachOnce,
  expectedCalibrationError,
  ratesAt,
} from './metrics.ts';
import { rankedScores } from './ranked-scores.ts';

export interface LogitRows {
  readonly logits: Float64Array;
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
  /** Of a model that grades, on rows whose grade is known. */
  readonly grades?: GradedRows;
}

/** Resamples of every published interval are drawn with this seed, so that two runs print the same figures. */
export const bootstrapSeed = 20_261_121;

export type Judged = Pick<
  BundleManifest,
  'name' | 'version' | 'task' | 'calibration' | 'threshold'
> &
  Partial<Pick<BundleManifest, 'unsure'>>;

export interface Resamples {
  readonly seed?: number;
  readonly resamples?: number;
}

const fixedSpecificity = 0.9;
const fixedSensitivity = 0.95;

export function evaluation(
  model: Judged,
  rows: LogitRows,
  { seed = bootstrapSeed, resamples }: Resamples = {},
): Evaluation {
  const { patients, grades } = rows;
  const { unsure } = model;
  const scored = scoredRows(model, rows);
  const settings = { patients, seed, ...(resamples === undefined ? {} : { resamples }) };
  const { auroc, accuracy, sensitivity, specificity, ...others } = bootstrapped(
    headlineOf(model, scored),
    settings,
  );
  return {
    model: model.name,
    version: model.version,
    task: model.task,
    n: rows.labels.length,
    patients: new Set(patients).size,
    threshold: model.threshold,
    auroc,
    accuracy,
    sensitivity,
    specificity,
    ece: expectedCalibrationError(scored.probabilities, scored.labels),
    ...others,
    ...(unsure &&
      bootstrapped(decidedOf(scored, { ...unsure, threshold: model.threshold }), settings)),
    ...(grades && {
      ...bootstrapped((weights) => agreement(gradeConfusion(grades, weights)), settings),
      confusion: gradeConfusion(grades, eachOnce(patients.length)),
    }),
  };
}

/** With calibrated probabilities instead of logits. */
export const scoredRows = ({ calibration }: Judged, rows: LogitRows): Scored => ({
  probabilities: rows.logits.map((logit) => calibrated(calibration, logit)),
  labels: rows.labels,
  patients: rows.patients,
});

function headlineOf({ threshold }: Judged, scored: Scored) {
  const ranked = rankedScores(scored.probabilities, scored.labels);
  return (weights: Float64Array) => ({
    auroc: ranked.auroc(weights),
    ...ratesAt(scored, threshold, weights),
    brier: brierScore(scored, weights),
    sensitivityAtSpecificity90: ranked.sensitivityAt(fixedSpecificity, weights),
    specificityAtSensitivity95: ranked.specificityAt(fixedSensitivity, weights),
  });
}

const decidedOf = (scored: Scored, band: Band) => (weights: Float64Array) => {
  const { coverage, errorRate } = decidedRates(scored, band, weights);
  return { coverage, selectiveErrorRate: errorRate };
};
