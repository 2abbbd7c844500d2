// Predicted grades beside those that the manifest's sublabels say. Pure.
import type { GradeScale } from '../bundle/manifest.ts';
import type { GradedRows } from './grades.ts';
import { gradeOf, gradeOfSublabel } from './grades.ts';

/** Null unless the manifest says every row's grade: figures of some rows would be taken for those of all. */
export function gradedRows(
  { names, cuts }: GradeScale,
  cumulativeLogits: readonly ArrayLike<number>[],
  sublabels: readonly string[],
): GradedRows | null {
  const actual = sublabels.map((sublabel) => gradeOfSublabel(sublabel, names.length));
  const known = actual.filter((grade) => grade !== null);
  if (known.length !== cumulativeLogits.length) return null;
  return {
    names,
    predicted: Uint8Array.from(cumulativeLogits, (row) => gradeOf(row, cuts)),
    actual: Uint8Array.from(known),
  };
}
