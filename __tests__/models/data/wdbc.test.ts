import { describe, expect, test } from '@jest/globals';
import { isWdbc, parseWdbc, wdbcColumns } from '../../../models/data/wdbc.ts';

const values = (first: number) => [first, ...Array.from({ length: 29 }, (_, i) => i + 0.5)];
const table = (...rows: string[]) => [`${rows.length},30,malignant,benign`, ...rows].join('\n');
const row = (first: number, label: number | string) => [...values(first), label].join(',');

describe('the WDBC table', () => {
  test('turns class 0, malignant, into the positive label', () => {
    const { features, labels } = parseWdbc(table(row(17, 0), row(9, 1)), 'w.csv');
    expect([...labels]).toEqual([1, 0]);
    expect([...features.subarray(0, 30)]).toEqual(values(17));
    expect(features[30]).toBe(9);
  });

  test('has 30 different columns, in groups of mean, error and worst', () => {
    expect(new Set(wdbcColumns).size).toBe(30);
    expect(wdbcColumns[0]).toBe('mean radius');
    expect(wdbcColumns[10]).toBe('error radius');
    expect(wdbcColumns[29]).toBe('worst fractal dimension');
  });

  test('is told from a manifest by its first line', () => {
    expect(isWdbc(table(row(1, 0)))).toBe(true);
    expect(isWdbc('file,task,label,patient_id\n')).toBe(false);
  });

  test.each([
    ['another first line', 'file,task\n'],
    ['fewer rows than it says', `2,30,malignant,benign\n${row(1, 0)}`],
    ['swapped classes', `1,30,benign,malignant\n${row(1, 0)}`],
    ['a row with a value missing', table(row(1, 0).replace('1,', ''))],
    ['a class of 2', table(row(1, 2))],
    ['a word where a number belongs', table(row(1, 0).replace('0.5', 'many'))],
    ['an empty value', table(row(1, 0).replace('0.5', ''))],
    ['nothing in it', ''],
  ])('with %s is refused', (_, text) => {
    expect(() => parseWdbc(text, 'w.csv')).toThrow(
      expect.objectContaining({ code: 'wdbc-malformed' }),
    );
  });
});
