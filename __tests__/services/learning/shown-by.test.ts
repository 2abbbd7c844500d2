// What a film shows by an opinion and a grade, and which of them contradict each other.
import { describe, expect, test } from '@jest/globals';
import { shownBy } from '../../../services/learning/shown-by.ts';
import type { Said } from '../../../services/learning/shown-by.ts';

const names = ['KL 0', 'KL 1', 'KL 2', 'KL 3', 'KL 4'];
const grade = { name: 'KL 1', names, findingFrom: 2 };
const reading = { model: 'knee-test', decision: 'normal', grade } as const;

describe('a grade', () => {
  test.each([
    ['KL 0', 'absent'],
    ['KL 1', 'absent'],
    ['KL 2', 'present'],
    ['KL 4', 'present'],
  ])('%s alone says %s', (name, shows) => {
    expect(shownBy({ opinion: 'relabel', grade: name }, reading)).toBe(shows);
  });

  test('says it too where the opinion names nothing', () => {
    const unsure = { ...reading, decision: 'unsure' } as const;
    expect(shownBy({ opinion: 'disagree' }, unsure)).toBeNull();
    expect(shownBy({ opinion: 'disagree', grade: 'KL 3' }, unsure)).toBe('present');
  });

  test('begins to be the finding where the model says so', () => {
    const later = { ...reading, grade: { ...grade, findingFrom: 3 } };
    expect(shownBy({ opinion: 'relabel', grade: 'KL 2' }, later)).toBe('absent');
  });

  test.each<[Said]>([
    [{ opinion: 'agree', grade: 'KL 0' }],
    [{ opinion: 'disagree', grade: 'KL 2' }],
    [{ opinion: 'relabel', shows: 'present', grade: 'KL 3' }],
  ])('that goes with the opinion is taken: %j', (said) => {
    expect(shownBy(said, reading)).toBe(said.grade === 'KL 0' ? 'absent' : 'present');
  });

  test.each<[Said]>([
    [{ opinion: 'agree', grade: 'KL 3' }],
    [{ opinion: 'disagree', grade: 'KL 1' }],
    [{ opinion: 'relabel', shows: 'absent', grade: 'KL 2' }],
    [{ opinion: 'relabel', shows: 'unreadable', grade: 'KL 0' }],
  ])('that says otherwise than the opinion is refused: %j', (said) => {
    expect(() => shownBy(said, reading)).toThrow(
      expect.objectContaining({
        code: 'wrong-feedback',
        message: expect.stringContaining('KL 2 and more are the finding'),
      }),
    );
  });

  test('that the model does not know is refused with those it knows', () => {
    expect(() => shownBy({ opinion: 'relabel', grade: 'KL 5' }, reading)).toThrow(
      expect.objectContaining({
        code: 'wrong-grade',
        message: expect.stringContaining('"KL 0", "KL 1", "KL 2", "KL 3", "KL 4"'),
      }),
    );
  });

  test('of a model that gives none is refused', () => {
    const plain = { model: 'chest-test', decision: 'normal' } as const;
    expect(() => shownBy({ opinion: 'agree', grade: 'KL 0' }, plain)).toThrow(
      expect.objectContaining({ code: 'wrong-grade' }),
    );
  });
});
