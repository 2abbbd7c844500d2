// Fits a gate: a logistic regression of films against counter-examples, and a normal distribution of the films. Pure.
import type { GateLimits } from '../bundle/manifest.ts';
import { fitLogistic, logits } from '../train/logistic.ts';
import type { Gate } from './gate-graph.ts';
import { distances, fitGaussian } from './gaussian.ts';
import type { Rows } from './gaussian.ts';

const logistic = { l2: 0.003, balanced: true, gradientNormMax: 1e-4, iterationsMax: 500 };

/** `films` are this model's kind and varied copies of them; `others` are everything that must be refused. */
export function fitGate(films: Rows, others: Rows): Gate {
  const labels = [films, others].map(({ features, columns }) => features.length / columns);
  const [ours = 0, theirs = 0] = labels;
  const features = new Float64Array(films.features.length + others.features.length);
  features.set(films.features);
  features.set(others.features, films.features.length);
  const samples = {
    features,
    columns: films.columns,
    labels: new Uint8Array(ours + theirs).fill(1, 0, ours),
  };
  return { margin: fitLogistic(samples, logistic), gaussian: fitGaussian(films) };
}

/** The margin and the squared distance of every row. */
export function gateScores({ margin, gaussian }: Gate, rows: Rows) {
  return { margins: logits(margin, rows.features), distances: distances(gaussian, rows) };
}

/** Limits beyond which `share` of the validation films lies: half of it by either. */
export function gateLimits(
  { margins, distances: far }: ReturnType<typeof gateScores>,
  share: number,
): GateLimits {
  return { marginMin: quantile(margins, share / 2), distanceMax: quantile(far, 1 - share / 2) };
}

function quantile(values: Float64Array, share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low = 0, high = low] = sorted.subarray(below, below + 2);
  return low + (place - below) * (high - low);
}
