// Non-inferiority in every subgroup, so that a good mean cannot hide a part that is read worse than before. Pure.
import { nonInferior } from './non-inferior.ts';
import type { Check } from './gate-report.ts';
import { subgroupMargins, subgroupPatientsMin } from './margins.ts';
import { accuracyDifference, pairedDifferences } from './paired.ts';
import type { PairedRows, Resampled } from './paired.ts';

export function subgroupChecks(
  rows: PairedRows,
  sublabels: readonly string[],
  settings: Resampled,
): readonly Check[] {
  const names = [...new Set(sublabels)].filter((name) => name !== '').toSorted();
  return names.flatMap((name) => groupChecks(rows, { name, sublabels }, settings));
}

interface Group {
  readonly name: string;
  readonly sublabels: readonly string[];
}

function groupChecks(
  rows: PairedRows,
  { name, sublabels }: Group,
  settings: Resampled,
): readonly Check[] {
  const members = rowsWhere(rows, (row) => sublabels[row] === name);
  const patients = new Set(members.patients).size;
  if (patients < 2)
    return [{ name: `${name}: too few`, ...reported, said: 'one patient, nothing to resample' }];
  const positives = members.labels.reduce((sum, label) => sum + label, 0);
  const isMixed = positives > 0 && positives < members.labels.length;
  // A group of one class has no AUROC of its own: it is told from everybody of the other class.
  const compared = isMixed
    ? members
    : rowsWhere(
        rows,
        (row) => sublabels[row] === name || rows.labels[row] === (positives > 0 ? 0 : 1),
      );
  const checks = [
    nonInferior(
      `${name}: AUROC, difference`,
      pairedDifferences(compared, settings).auroc,
      subgroupMargins.auroc,
    ),
    nonInferior(
      `${name}: accuracy, difference`,
      accuracyDifference(members, settings),
      subgroupMargins.accuracy,
    ),
  ];
  if (patients >= subgroupPatientsMin) return checks;
  const said = `${patients} patients: reported, not judged`;
  return checks.map((check) => ({ ...check, outcome: 'reported', said }));
}

const reported = { outcome: 'reported', measured: null, limit: null } as const;

function rowsWhere(
  { labels, patients, candidate, incumbent }: PairedRows,
  keep: (row: number) => boolean,
): PairedRows {
  const rows = [...labels.keys()].filter(keep);
  const pick = ({ probabilities, threshold }: PairedRows['candidate']) => ({
    probabilities: Float64Array.from(rows, (row) => probabilities[row] ?? Number.NaN),
    threshold,
  });
  return {
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
    patients: rows.map((row) => patients[row] ?? ''),
    candidate: pick(candidate),
    incumbent: pick(incumbent),
  };
}
