// Whether a candidate's grades agree with the readers' as well as the incumbent's do. Pure.
import { bootstrapped } from '../evaluate/bootstrap.ts';
import { gradedRows } from '../evaluate/graded-rows.ts';
import { agreement, gradeConfusion } from '../evaluate/grades.ts';
import type { GradedRows } from '../evaluate/grades.ts';
import type { Answers, PairedAnswers } from './answers.ts';
import type { Check } from './gate-report.ts';
import { gradeMargins } from './margins.ts';
import { nonInferior } from './non-inferior.ts';
import type { Resampled } from './paired.ts';

interface SublabelledRows extends PairedAnswers {
  readonly sublabels: readonly string[];
}

/** None where one of the two does not grade (the schema's check tells of grades that are gone) or a row's grade is not known. */
export function gradeChecks(
  { patients, sublabels, candidate, incumbent }: SublabelledRows,
  settings: Resampled,
): readonly Check[] {
  const [newer, older] = [gradedBy(candidate, sublabels), gradedBy(incumbent, sublabels)];
  if (newer === null || older === null) return [];
  const { kappa, accuracy } = bootstrapped(
    (weights) => {
      const [now, before] = [agreed(newer, weights), agreed(older, weights)];
      return {
        kappa: now.quadraticKappa - before.quadraticKappa,
        accuracy: now.gradeAccuracy - before.gradeAccuracy,
      };
    },
    { patients, ...settings },
  );
  return [
    nonInferior('Quadratic kappa of the grades, difference', kappa, gradeMargins.kappa),
    nonInferior('Grade as the readers\u2019, difference', accuracy, gradeMargins.accuracy),
  ];
}

const agreed = (rows: GradedRows, weights: Float64Array) =>
  agreement(gradeConfusion(rows, weights));

function gradedBy(
  { manifest: { grades }, answers }: Answers,
  sublabels: readonly string[],
): GradedRows | null {
  if (grades === undefined) return null;
  const given = answers.flatMap((answer) => (answer.grades === null ? [] : [answer.grades]));
  return gradedRows(grades, given, sublabels);
}
