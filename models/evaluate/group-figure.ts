// A figure of some of the rows, with an interval where there are patients enough to speak of one. Pure.
import type { GroupFigure } from '../../fleet/card.ts';
import { bootstrapped } from './bootstrap.ts';
import type { Scored } from './metrics.ts';
import { eachOnce } from './metrics.ts';
import { rankedScores } from './ranked-scores.ts';

/** Patients of each class (or in all, for a share) below which an interval would pretend to know. */
const patientsMin = 10;
const tail = 0.025;

export interface Settings {
  readonly seed: number;
  readonly resamples?: number;
}

/** Of rows that hold both classes. */
export function aurocFigure(scored: Scored, settings: Settings): GroupFigure {
  const ranked = rankedScores(scored.probabilities, scored.labels);
  const few = [0, 1].some((label) => patientsOf(scored, label) < patientsMin);
  if (few) return { value: ranked.auroc(eachOnce(scored.labels.length)), low: null, high: null };
  const { patients } = scored;
  return bootstrapped((weights) => ({ value: ranked.auroc(weights) }), { ...settings, patients })
    .value;
}

/**
 * Cohen's kappa between the decision at the threshold and the label (Educational and Psychological Measurement 1960;20:37-46).
 * Of rows that hold both classes.
 */
export function kappaFigure(scored: Scored, threshold: number, settings: Settings): GroupFigure {
  const { probabilities, labels, patients } = scored;
  const calls = Array.from(probabilities, (probability) => Number(probability >= threshold));
  const kappa = (weights: Float64Array) => {
    let [total, equal, called, sick] = [0, 0, 0, 0];
    for (const [row, weight] of weights.entries()) {
      const [call = 0, label = 0] = [calls[row], labels[row]];
      total += weight;
      if (call === label) equal += weight;
      called += weight * call;
      sick += weight * label;
    }
    const byChance = (called * sick + (total - called) * (total - sick)) / total ** 2;
    return (equal / total - byChance) / (1 - byChance);
  };
  const few = [0, 1].some((label) => patientsOf(scored, label) < patientsMin);
  if (few) return { value: kappa(eachOnce(labels.length)), low: null, high: null };
  return bootstrapped((weights) => ({ value: kappa(weights) }), { ...settings, patients }).value;
}

/**
 * The share of rows that are hits. Where all are, or none is, no resample differs; the interval is then the exact one
 * for that many patients (Clopper and Pearson, Biometrika 1934;26:404-413).
 */
export function shareFigure(
  hits: readonly boolean[],
  patients: readonly string[],
  settings: Settings,
): GroupFigure {
  const share = (weights: Float64Array) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.reduce((sum, weight, row) => sum + (hits[row] ? weight : 0), 0) / total;
  };
  const value = share(eachOnce(hits.length));
  const count = new Set(patients).size;
  if (count < patientsMin) return { value, low: null, high: null };
  if (value === 1) return { value, low: tail ** (1 / count), high: 1 };
  if (value === 0) return { value, low: 0, high: 1 - tail ** (1 / count) };
  return bootstrapped((weights) => ({ share: share(weights) }), { ...settings, patients }).share;
}

const patientsOf = ({ labels, patients }: Scored, label: number): number =>
  new Set(patients.filter((_, row) => labels[row] === label)).size;
