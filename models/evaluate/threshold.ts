// Where a probability becomes a decision, and where the model should rather abstain. Chosen on validation rows. Pure.
import { InputError } from '../../fleet/errors.ts';
import { checkScores } from './check-scores.ts';
import { decidedRates, eachOnce } from './metrics.ts';

/**
 * The threshold with the largest sensitivity + specificity - 1 (Youden, Cancer 1950;3:32-35), half-way between two
 * neighbouring probabilities. Of equal ones the lowest is taken: it misses fewer sick patients.
 */
export function youdenThreshold(probabilities: Float64Array, labels: Uint8Array): number {
  checkScores(probabilities, labels);
  const order = Int32Array.from(probabilities, (_, index) => index);
  order.sort((left, right) => (probabilities[left] ?? 0) - (probabilities[right] ?? 0));
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  let best = { index: Number.NEGATIVE_INFINITY, threshold: probabilities[order[0] ?? 0] ?? 0 };
  let missed = 0;
  let cleared = 0;
  for (let place = 0; place + 1 < order.length; place++) {
    const row = order[place] ?? 0;
    if (labels[row] === 1) missed++;
    else cleared++;
    const here = probabilities[row] ?? 0;
    const next = probabilities[order[place + 1] ?? 0] ?? 0;
    const index = cleared / negatives - missed / positives;
    if (next > here && index > best.index) best = { index, threshold: (here + next) / 2 };
  }
  return best.threshold;
}

/**
 * The largest threshold at which at least that share of the positive rows is still found, half-way to the next lower probability:
 * for a disease that must not be missed, whatever the prevalence.
 */
export function thresholdAtSensitivity(
  probabilities: Float64Array,
  labels: Uint8Array,
  sensitivityMin: number,
): number {
  checkScores(probabilities, labels);
  const sick = probabilities.filter((_, row) => labels[row] === 1).sort();
  const missedMax = Math.floor(sick.length * (1 - sensitivityMin) + 1e-9);
  const lowestFound = sick[missedMax] ?? 0;
  const below = probabilities.filter((probability) => probability < lowestFound);
  return below.length === 0 ? lowestFound : (lowestFound + Math.max(...below)) / 2;
}

export interface AbstentionBand {
  readonly low: number;
  readonly high: number;
  /** Share of validation rows outside the band, which the model decides. */
  readonly coverage: number;
  /** Share of wrong decisions among them. */
  readonly errorRate: number;
}

const logitOf = (probability: number) => Math.log(probability / (1 - probability));
const probabilityOf = (logit: number) => 1 / (1 + Math.exp(-logit));

/**
 * Abstains on the 1 - `coverage` share of rows that lie nearest to the threshold: selective classification by margin
 * (El-Yaniv and Wiener, JMLR 2010;11:1605-1641). The margin is measured in logits, so that the band is as wide for the
 * model on either side of a threshold near 0 or 1.
 */
export function abstentionBand(
  probabilities: Float64Array,
  labels: Uint8Array,
  { threshold, coverage }: { readonly threshold: number; readonly coverage: number },
): AbstentionBand {
  checkScores(probabilities, labels);
  if (!(coverage > 0 && coverage <= 1))
    throw new InputError('coverage', {
      found: `Coverage ${coverage}`,
      why: 'It is the share of films the model decides by itself',
      remedy: 'Give a number above 0 and up to 1',
    });
  const centre = logitOf(threshold);
  const margins = Float64Array.from(probabilities, (p) => Math.abs(logitOf(p) - centre)).sort();
  const abstained = Math.floor(margins.length * (1 - coverage));
  const margin = abstained === 0 ? 0 : (margins[abstained - 1] ?? 0);
  const low = Math.min(threshold, probabilityOf(centre - margin));
  const high = Math.max(threshold, probabilityOf(centre + margin));
  const rates = decidedRates(
    { probabilities, labels },
    { low, high, threshold },
    eachOnce(labels.length),
  );
  return { low, high, ...rates };
}
