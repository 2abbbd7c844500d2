// What a refit learns of grades: each question "is the grade above k?" from the films whose grade readers gave. Pure.
import type { GradeHead, Head } from '../backbone/head.ts';
import type { GradeRow } from '../backbone/refit-head.ts';
import { choosePenalty } from '../train/choose-penalty.ts';
import { logits } from '../train/logistic.ts';
import type { Samples } from '../train/logistic.ts';
import type { GradedSamples } from './feature-rows.ts';
import { rowsOf } from './feature-rows.ts';
import { keptCalibration } from './kept-decision.ts';
import { isEnough, trainPerClassMin, validationPerClassMin } from './row-minimums.ts';

/** How the incumbent grades. */
export interface IncumbentGrades {
  readonly head: GradeHead;
  /** The question that asks what the head itself asks: it follows the head. */
  readonly findingRow: number;
}

interface GradeSets {
  readonly train: GradedSamples;
  readonly validation: GradedSamples;
}

/**
 * Only films with a grade teach: a film of which the finding alone is known answers some questions, but which ones depends on the answer,
 * so that those rows would be a wrong sample. A question with too few films of either answer keeps the incumbent's row.
 */
export function learnGradeRows(
  { head, findingRow }: IncumbentGrades,
  { train, validation }: GradeSets,
  penalties: readonly number[],
): readonly GradeRow[] {
  const questions = [...head.biases.keys()].filter((row) => row !== findingRow);
  return questions.flatMap((row) => {
    const answered = above(row, head.biases.length);
    const sets = { train: answered(train), validation: answered(validation) };
    const isLearnable =
      isEnough(sets.train.labels, trainPerClassMin) &&
      isEnough(sets.validation.labels, validationPerClassMin);
    return isLearnable ? [learnedRow(row, rowOf(head, row), sets, penalties)] : [];
  });
}

function learnedRow(
  row: number,
  incumbent: Head,
  { train, validation }: { readonly train: Samples; readonly validation: Samples },
  penalties: readonly number[],
): GradeRow {
  const fitted = choosePenalty(train, validation, { grid: penalties });
  const calibration = keptCalibration(fitted.calibration, validation.labels, {
    logits: logits(incumbent, validation.features),
    calibration: asItIs,
  });
  return { row, head: fitted.model, calibration };
}

/** Rows of grades give calibrated log odds. */
const asItIs = { slope: 1, intercept: 0 };

function rowOf({ weights, biases }: GradeHead, row: number): Head {
  const columns = weights.length / biases.length;
  return {
    weights: weights.subarray(row * columns, (row + 1) * columns),
    bias: biases[row] ?? Number.NaN,
  };
}

/** The rows with a grade, labelled by whether it is above `k`. A set's grade beyond the model's scale is of another scale, and none. */
const above =
  (k: number, gradeMax: number) =>
  (rows: GradedSamples): Samples => {
    const gradeAt = (row: number) => rows.grades[row] ?? Number.NaN;
    const graded = [...rows.grades.keys()].filter((row) => gradeAt(row) <= gradeMax);
    return {
      features: rowsOf(rows, graded),
      columns: rows.columns,
      labels: Uint8Array.from(graded, (row) => Number(gradeAt(row) > k)),
    };
  };
