import { describe, expect, test } from '@jest/globals';
import { csvField, parseCsv } from '../../../models/data/csv.ts';

const fields = (text: string) => parseCsv(text, 't.csv').map((row) => row.fields);

describe('comma-separated values', () => {
  test.each([
    [
      'LF',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no line break at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a byte order mark', '\uFEFFa\n1', [['a'], ['1']]],
    ['blank lines', 'a\n\n\n1\n', [['a'], ['1']]],
    [
      'empty fields',
      ',\n,,',
      [
        ['', ''],
        ['', '', ''],
      ],
    ],
    ['an empty last field', 'a,', [['a', '']]],
    ['quotes, commas and line breaks inside', '"a,""b""\nc",2', [['a,"b"\nc', '2']]],
    ['an empty quoted field', '"",x', [['', 'x']]],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  test('a row knows its line, also below a field with line breaks', () => {
    const rows = parseCsv('a\n\n"x\ny",1\nb', 't.csv');
    expect(rows.map((row) => row.line)).toEqual([1, 3, 5]);
  });

  test.each([
    ['a quote that never closes', 'a\n"b', /t\.csv, line 2.*never closed/],
    ['text after a closing quote', '"a"b,c', /line 1.*closing quote/],
  ])('%s is refused with its line', (_, text, message) => {
    expect(() => fields(text)).toThrow(message);
  });

  test('a written field reads back as it was', () => {
    for (const value of ['plain', 'a,b', 'say "x"', 'two\nlines', ''])
      expect(fields(`${csvField(value)},end`)).toEqual([[value, 'end']]);
  });
});
