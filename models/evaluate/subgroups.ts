// The figures of parts of a test set, so that a good mean cannot hide a part that is read badly. Pure.
import type { Subgroup } from '../../fleet/card.ts';
import type { Settings } from './group-figure.ts';
import { aurocFigure, kappaFigure, shareFigure } from './group-figure.ts';
import type { Scored } from './metrics.ts';

/** A way to divide the rows: the name of each row's group, '' for a row of none. */
export interface Division {
  readonly by: string;
  readonly groups: readonly string[];
}

interface Source {
  readonly file: string;
  readonly sublabel: string;
  readonly originalSplit: string;
}

/** What a manifest's rows can be divided by. A division into one group says nothing and is left out. */
export function divisionsOf(rows: readonly Source[]): readonly Division[] {
  const sides = rows.map(({ file }) => /([LR])\.\w+$/.exec(file)?.[1] ?? '');
  const divisions = [
    { by: 'sublabel', groups: rows.map(({ sublabel }) => sublabel) },
    { by: 'side', groups: sides.includes('') ? [] : sides.map((side) => sideNames[side] ?? '') },
    { by: 'original split', groups: rows.map(({ originalSplit }) => originalSplit) },
  ];
  return divisions.filter(({ groups }) => new Set(groups).size > 1);
}

const sideNames: Readonly<Record<string, string>> = { L: 'left', R: 'right' };

export function subgroups(
  scored: Scored,
  divisions: readonly Division[],
  settings: Settings & { readonly threshold: number },
): readonly Subgroup[] {
  return divisions.flatMap(({ by, groups }) =>
    [...new Set(groups)]
      .filter((name) => name !== '')
      .toSorted()
      .map((name) => ({
        by,
        name,
        ...groupFigures(scored, (row) => groups[row] === name, settings),
      })),
  );
}

function groupFigures(
  scored: Scored,
  isMember: (row: number) => boolean,
  { threshold, ...settings }: Settings & { readonly threshold: number },
): Omit<Subgroup, 'by' | 'name'> {
  const members = rowsWhere(scored, isMember);
  const flags = Array.from(members.probabilities, (probability) => probability >= threshold);
  const positives = members.labels.reduce((sum, label) => sum + label, 0);
  const mixed = positives > 0 && positives < members.labels.length;
  const only = positives > 0 ? 1 : 0;
  // A group of one class has no AUROC of its own: it is told from everybody of the other class.
  const compared = mixed
    ? members
    : rowsWhere(scored, (row) => isMember(row) || scored.labels[row] !== only);
  const shareOf = (label: number) => {
    const rows = [...flags.keys()].filter((row) => members.labels[row] === label);
    return shareFigure(
      rows.map((row) => flags[row] === (label === 1)),
      rows.map((row) => members.patients[row] ?? ''),
      settings,
    );
  };
  return {
    n: members.labels.length,
    patients: new Set(members.patients).size,
    positives,
    auroc: aurocFigure(compared, settings),
    flagged: shareFigure(flags, members.patients, settings),
    ...(mixed && {
      sensitivity: shareOf(1),
      specificity: shareOf(0),
      kappa: kappaFigure(members, threshold, settings),
    }),
  };
}

function rowsWhere({ probabilities, labels, patients }: Scored, keep: (row: number) => boolean) {
  const kept = (_: unknown, row: number) => keep(row);
  return {
    probabilities: probabilities.filter(kept),
    labels: labels.filter(kept),
    patients: patients.filter(kept),
  };
}
