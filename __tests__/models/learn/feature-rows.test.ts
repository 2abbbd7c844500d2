// Films that two sets share are told by their features.
import { expect, test } from '@jest/globals';
import { featuresOfSplit, withoutTwins } from '../../../models/learn/feature-rows.ts';

const set = (rows: readonly (readonly number[])[]) => ({
  features: Float32Array.from(rows.flat()),
  columns: 2,
  labels: Uint8Array.from(rows, (_, at) => at % 2),
  grades: rows.map((_, at) => at),
  patients: rows.map((_, at) => `P${at}`),
});

test('a film of both sets is left out of the first, and what lies near it stays', () => {
  const all = set([
    [1, 2],
    [3, 4],
    [1, 2.000001],
  ]);
  const others = set([
    [1, 2],
    [4, 3],
  ]);
  expect(withoutTwins(all, others)).toEqual({
    features: Float32Array.of(3, 4, 1, 2.000001),
    columns: 2,
    labels: Uint8Array.of(1, 0),
    grades: [1, 2],
    patients: ['P1', 'P2'],
  });
});

test('grades are those of the sublabels, and of a row that says none, none', () => {
  const row = { line: 1, file: 'a.png', task: 'knee', label: 1, patient: 'P', split: 'val' };
  const rows = ['KL3', '0', 'left', ''].map((sublabel) => ({ ...row, sublabel, study: '' }));
  const table = { features: new Float32Array(8), columns: 2 };
  expect(featuresOfSplit(table, rows as never, 'val').grades).toEqual([3, 0, null, null]);
});
