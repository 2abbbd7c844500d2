// Ordinal grades from cumulative logits, and how well they agree with the readers' grades. Pure.
import type { GradeConfusion } from '../../fleet/card.ts';
import type { Grade } from '../../fleet/study.ts';
import type { GradeScale } from '../bundle/manifest.ts';

/**
 * The grade is the number of k for which the cumulative logit of P(grade > k) exceeds its cut. Both are indexed by k
 * and one shorter than the list of grades.
 */
export const gradeOf = (cumulativeLogits: ArrayLike<number>, cuts: readonly number[]): number =>
  cuts.filter((cut, k) => (cumulativeLogits[k] ?? Number.NaN) > cut).length;

/** Grade 2 where the scale does not say: all that were published so far are Kellgren and Lawrence's. */
export const findingFrom = (scale: GradeScale): number =>
  scale.findingFrom ?? Math.min(2, scale.names.length - 1);

/**
 * P(grade = k) from differences of P(grade > k), as in proportional odds (McCullagh, JRSS B 1980;42:109-142). The
 * thresholds were learned apart: where P(grade > k) rises with k it is lowered to what came before.
 */
export function gradeProbabilities(cumulativeLogits: ArrayLike<number>): number[] {
  let above = 1;
  const probabilities: number[] = [];
  for (const logit of Array.from(cumulativeLogits)) {
    const next = Math.min(above, 1 / (1 + Math.exp(-logit)));
    probabilities.push(above - next);
    above = next;
  }
  return [...probabilities, above];
}

export function gradeFrom(cumulativeLogits: ArrayLike<number>, { names, cuts }: GradeScale): Grade {
  const grade = gradeOf(cumulativeLogits, cuts);
  return {
    name: names[grade] ?? String(grade),
    probabilities: gradeProbabilities(cumulativeLogits).map((probability, k) => ({
      name: names[k] ?? String(k),
      probability,
    })),
  };
}

/** A manifest's sublabel as a grade of so many: `KL2` or `2`. Null for anything else. */
export function gradeOfSublabel(sublabel: string, grades: number): number | null {
  const digits = /^(?:KL ?)?(\d)$/.exec(sublabel)?.[1];
  const grade = Number(digits);
  return digits !== undefined && grade < grades ? grade : null;
}

/** One entry per row: numbers of grades. */
export interface GradedRows {
  readonly names: readonly string[];
  readonly predicted: Uint8Array;
  readonly actual: Uint8Array;
}

/** counts[actual][predicted], each row counted as often as its weight says. */
export function gradeConfusion(
  { names, predicted, actual }: GradedRows,
  weights: Float64Array,
): GradeConfusion {
  const counts = names.map(() => names.map(() => 0));
  for (const [row, grade] of actual.entries()) {
    const cells = counts[grade];
    const column = predicted[row] ?? 0;
    if (cells) cells[column] = (cells[column] ?? 0) + (weights[row] ?? 0);
  }
  return { names, counts };
}

export interface Agreement {
  readonly gradeAccuracy: number;
  readonly quadraticKappa: number;
}

/**
 * Share of equal grades, and Cohen's kappa with weights (i - j)^2 (Psychological Bulletin 1968;70:213-220): 1 minus the
 * disagreement seen over that of independent readers with the same marginals. NaN where these never disagree.
 */
export function agreement({ counts }: GradeConfusion): Agreement {
  const total = sum(counts.map(sum));
  const rows = counts.map(sum);
  const columns = counts.map((_, column) => sum(counts.map((row) => row[column] ?? 0)));
  let seen = 0;
  let expected = 0;
  let equal = 0;
  for (const [i, row] of counts.entries())
    for (const [j, count] of row.entries()) {
      seen += (i - j) ** 2 * count;
      expected += ((i - j) ** 2 * (rows[i] ?? 0) * (columns[j] ?? 0)) / total;
      if (i === j) equal += count;
    }
  return {
    gradeAccuracy: equal / total,
    quadraticKappa: expected === 0 ? Number.NaN : 1 - seen / expected,
  };
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
