// Views of one study answered as one: the mean of their probabilities, as Rajpurkar et al. 2018 (arXiv:1712.06957) do. Pure.
import { InputError } from '../../fleet/errors.ts';
import type { Calibration } from '../bundle/manifest.ts';
import { calibrated } from './calibrate.ts';
import type { LogitRows } from './evaluation.ts';
import type { Division } from './subgroups.ts';

export interface Views extends Omit<LogitRows, 'grades'> {
  /** Which study each row is a view of; '' for one that stands alone. */
  readonly studies: readonly string[];
  readonly divisions: readonly Division[];
}

export interface Studies extends Omit<LogitRows, 'grades'> {
  readonly divisions: readonly Division[];
}

/**
 * One row for each study, in the order of their first views. Its logit is the one that the mean probability would have come from.
 * `InputError` 'study-divided' where views of a study have several labels or patients.
 */
export function answeredByStudy(views: Views, { slope, intercept }: Calibration): Studies {
  const members = new Map<string, number[]>();
  for (const [row, study] of views.studies.entries()) {
    const key = study === '' ? `row ${row}` : `study ${study}`;
    members.set(key, [...(members.get(key) ?? []), row]);
  }
  const firsts = Array.from(members, ([key, [first = 0, ...others]]) => {
    const divided = others.find(
      (row) =>
        views.labels[row] !== views.labels[first] || views.patients[row] !== views.patients[first],
    );
    if (divided !== undefined) throw studyDivided(key);
    return first;
  });
  const logits = Float64Array.from(members.values(), (rows) => {
    const sum = rows.reduce(
      (total, row) => total + calibrated({ slope, intercept }, views.logits[row] ?? Number.NaN),
      0,
    );
    const mean = sum / rows.length;
    return (Math.log(mean / (1 - mean)) - intercept) / slope;
  });
  return {
    logits,
    labels: Uint8Array.from(firsts, (row) => views.labels[row] ?? 0),
    patients: firsts.map((row) => views.patients[row] ?? ''),
    divisions: views.divisions.map(({ by, groups }) => ({
      by,
      groups: firsts.map((row) => groups[row] ?? ''),
    })),
  };
}

const studyDivided = (study: string) =>
  new InputError('study-divided', {
    found: `The views of ${study} have several labels, or several patients`,
    why: 'A study is one visit of one patient and has one answer',
    remedy: 'Mend the column study_id of the manifest',
  });
