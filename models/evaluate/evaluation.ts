// Turns scored rows into the Evaluation that is printed, written into cards and judged by gates. Pure.
import type { Evaluation } from '../../fleet/card.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { estimate } from './bootstrap.ts';
import { calibrated } from './calibrate.ts';
import { expectedCalibrationError } from './metrics.ts';

export interface LogitRows {
  readonly logits: Float64Array;
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
}

/** Resamples of every published interval are drawn with this seed, so that two runs print the same figures. */
const bootstrapSeed = 20_261_121;

export type Judged = Pick<
  BundleManifest,
  'name' | 'version' | 'task' | 'calibration' | 'threshold'
>;

export function evaluation(
  model: Judged,
  rows: LogitRows,
  { seed = bootstrapSeed, resamples }: { readonly seed?: number; readonly resamples?: number } = {},
): Evaluation {
  const { labels, patients } = rows;
  const probabilities = rows.logits.map((logit) => calibrated(model.calibration, logit));
  const figures = estimate(
    { probabilities, labels, patients },
    { threshold: model.threshold, seed, ...(resamples === undefined ? {} : { resamples }) },
  );
  return {
    model: model.name,
    version: model.version,
    task: model.task,
    n: labels.length,
    patients: new Set(patients).size,
    threshold: model.threshold,
    ...figures,
    ece: expectedCalibrationError(probabilities, labels),
  };
}
