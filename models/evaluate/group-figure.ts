// A figure of some of the rows, with an interval where there are patients enough to speak of one. Pure.
import type { GroupFigure } from '../../fleet/card.ts';
import type { Measure } from './bootstrap.ts';
import { bootstrapped } from './bootstrap.ts';
import type { Scored } from './metrics.ts';
import { eachOnce } from './metrics.ts';
import { rankedScores } from './ranked-scores.ts';

/** Patients of each class (or in all, for a share) below which an interval would pretend to know. */
const patientsMin = 10;
const tail = 0.025;

type Rows = Pick<Scored, 'labels' | 'patients'>;

export interface Settings {
  readonly seed: number;
  readonly resamples?: number;
}

/** Figures that exist only where there are rows of both classes. */
export function bothClassFigures<Name extends string>(
  measure: Measure<Name>,
  rows: Rows,
  settings: Settings,
): Readonly<Record<Name, GroupFigure>> {
  const { patients } = rows;
  const few = [0, 1].some((label) => patientsOf(rows, label) < patientsMin);
  if (!few) return bootstrapped(measure, { ...settings, patients });
  const point = Object.entries<number>(measure(eachOnce(patients.length)));
  const figures = point.map(([name, value]) => [name, { value, low: null, high: null }] as const);
  return Object.fromEntries(figures) as Record<Name, GroupFigure>;
}

/** Of rows that hold both classes. */
export function aurocFigure(scored: Scored, settings: Settings): GroupFigure {
  const ranked = rankedScores(scored.probabilities, scored.labels);
  return bothClassFigures((weights) => ({ value: ranked.auroc(weights) }), scored, settings).value;
}

/**
 * Cohen's kappa between the decision at the threshold and the label (Educational and Psychological Measurement 1960;20:37-46).
 * Of rows that hold both classes.
 */
export function kappaFigure(scored: Scored, threshold: number, settings: Settings): GroupFigure {
  const { probabilities, labels } = scored;
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
  return bothClassFigures((weights) => ({ value: kappa(weights) }), scored, settings).value;
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

const patientsOf = ({ labels, patients }: Rows, label: number): number =>
  new Set(patients.filter((_, row) => labels[row] === label)).size;
