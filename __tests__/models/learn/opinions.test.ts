// Several readers, one label or none.
import { expect, test } from '@jest/globals';
import { combined, commonGrade } from '../../../models/learn/opinions.ts';
import type { Shown, Verdict } from '../../../models/learn/opinions.ts';

const labelled = (label: 0 | 1, votes: number): Verdict => ({ kind: 'labelled', label, votes });

test.each<[readonly Shown[], Verdict]>([
  [[], { kind: 'unasked' }],
  [['present'], labelled(1, 1)],
  [['absent', 'absent', 'present'], labelled(0, 2)],
  [['present', 'absent'], { kind: 'unresolved' }],
  [['present', 'present', 'absent', 'unreadable'], { kind: 'unresolved' }],
  [['unreadable', 'unreadable', 'present'], { kind: 'unreadable' }],
])('%j is %j', (voices, verdict) => {
  expect(combined(voices, { votesMin: 1 })).toEqual(verdict);
});

test('one voice is not enough where two are asked for', () => {
  expect(combined(['present'], { votesMin: 2 })).toEqual({ kind: 'unresolved' });
  expect(combined(['present', 'present'], { votesMin: 2 })).toEqual(labelled(1, 2));
});

test.each<[readonly (string | null)[], string | null]>([
  [[], null],
  [['KL 3'], 'KL 3'],
  [['KL 3', 'KL 2'], null],
  [['KL 3', 'KL 2', 'KL 3'], 'KL 3'],
  // Two who say "absent" and one grade: the label is theirs, and no grade may contradict it.
  [['KL 3', null, null], null],
  [[null], null],
])('the grade of %j is %j', (voices, grade) => {
  expect(commonGrade(voices, { votesMin: 1 })).toBe(grade);
});

test('one grade is not enough where two are asked for', () => {
  expect(commonGrade(['KL 1'], { votesMin: 2 })).toBeNull();
  expect(commonGrade(['KL 1', 'KL 1', null], { votesMin: 2 })).toBe('KL 1');
});
