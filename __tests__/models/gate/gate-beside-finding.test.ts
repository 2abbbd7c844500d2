// The gate on what lies beside the finding: films that are left to people, and grades.
import { describe, expect, test } from '@jest/globals';
import type { BundleManifest } from '../../../models/bundle/manifest.ts';
import type { ModelAnswer } from '../../../models/evaluate/read-rows.ts';
import { breakingChanges } from '../../../models/gate/compatibility.ts';
import type { Evidence } from '../../../models/gate/judge.ts';
import {
  answering,
  drawn,
  evidence,
  manifest,
  newer,
  outcomes,
} from '../../support/gate-evidence.ts';

describe('films that are left to people', () => {
  const { logits } = drawn(300);
  const oneInTen = (row: number) => row % 20 < 2;

  test.each<[string, Partial<ModelAnswer>]>([
    ['refuses', { isKnown: false }],
    ['finds unfamiliar', { isFamiliar: false }],
  ])('a candidate that %s one film in ten that the incumbent reads fails', (_, answer) => {
    const shy = answering(newer, logits, (row) => (oneInTen(row) ? answer : {}));
    expect(outcomes(evidence(300, { candidate: shy }))).toMatchObject({
      'AUROC, difference': 'pass',
      'Films decided, difference': 'fail',
      'Right among the films decided, difference': 'pass',
    });
  });

  test('a candidate that is never unsure decides more, and fails for what it gets wrong', () => {
    const bold = answering({ ...newer, unsure: { low: 0.5, high: 0.5 } }, logits);
    const careful = answering({ ...manifest, unsure: { low: 0.2, high: 0.8 } }, logits);
    const given = evidence(300, { candidate: bold, incumbent: careful });
    expect(outcomes(given)).toMatchObject({
      'Accuracy, difference': 'pass',
      'Films decided, difference': 'pass',
      'Right among the films decided, difference': 'fail',
    });
  });

  test('an incumbent that leaves all films to people is not a measure of being right', () => {
    const mute = answering({ ...manifest, unsure: { low: 0, high: 1 } }, logits);
    expect(outcomes(evidence(300, { incumbent: mute }))).toMatchObject({
      'Films decided, difference': 'pass',
      'Right among the films decided, difference': 'pass',
    });
  });
});

describe('grades', () => {
  const scale = { names: ['none', 'doubtful', 'minimal', 'severe'], cuts: [0, 0, 0] };
  const { logits } = drawn(300);
  const gradeAt = (row: number) => (row >> 1) % 4;
  const sublabels = drawn(300).patients.map((_, row) => String(gradeAt(row)));
  const cumulative = (grade: number) => [0, 1, 2].map((k) => (grade > k ? 1 : -1));
  const grading = (of: BundleManifest, gradeOf: (row: number) => number) =>
    answering({ ...of, grades: scale }, logits, (row) => ({ grades: cumulative(gradeOf(row)) }));
  const incumbent = grading(manifest, gradeAt);
  const neighbour = (grade: number) => (grade === 3 ? 2 : grade + 1);
  const gradeOutcomes = (given: Partial<Evidence>) => {
    const all = outcomes(evidence(300, { sublabels, incumbent, ...given }));
    return [
      all['Quadratic kappa of the grades, difference'],
      all['Grade as the readers\u2019, difference'],
    ];
  };

  test('as good as before pass', () => {
    expect(gradeOutcomes({ candidate: grading(newer, gradeAt) })).toEqual(['pass', 'pass']);
  });

  test('a finding that is read as well does not hide that grades are given worse', () => {
    const near = grading(newer, (row) => (row % 20 < 2 ? neighbour(gradeAt(row)) : gradeAt(row)));
    expect(gradeOutcomes({ candidate: near })).toEqual(['fail', 'fail']);
    const far = grading(newer, (row) => (row % 50 < 2 ? 3 - gradeAt(row) : gradeAt(row)));
    expect(gradeOutcomes({ candidate: far })[0]).toBe('fail');
  });

  test('are not judged where readers gave none, or where nobody gave any before', () => {
    const candidate = grading(newer, gradeAt);
    expect(gradeOutcomes({ candidate, sublabels: sublabels.map(() => '') })).toEqual([
      undefined,
      undefined,
    ]);
    expect(gradeOutcomes({ candidate, incumbent: answering(manifest, logits) })[0]).toBe(undefined);
  });

  test('of another scale are a breaking change, and of the first one are none', () => {
    const graded = { ...manifest, grades: scale };
    const other = { ...newer, grades: { ...scale, names: ['0', '1', '2', '3'] } };
    expect(breakingChanges(other, graded).join()).toContain('grades');
    expect(breakingChanges(graded, manifest)).toEqual([]);
  });
});
