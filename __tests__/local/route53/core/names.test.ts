// Names as Route 53 stores and sorts them.
import { describe, expect, test } from '@jest/globals';

import {
  compareNames,
  isWithin,
  nameFromWire,
  nameToWire,
  readName,
} from '../../../../local/route53/core/names.ts';

const stored = (text: string) => {
  const reading = readName(text);
  return reading.ok ? reading.name : reading.problem;
};

describe('names', () => {
  test('are kept in lower case, fully qualified, with and without the final dot alike', () => {
    expect(stored('API.Clinic.Test')).toBe('api.clinic.test.');
    expect(stored('api.clinic.test.')).toBe('api.clinic.test.');
  });

  test('keep characters other than a-z, 0-9, - and _ as octal codes, however they were written', () => {
    expect(stored('*.clinic.test')).toBe('\\052.clinic.test.');
    expect(stored('\\052.clinic.test')).toBe('\\052.clinic.test.');
    expect(stored('a/b.clinic.test')).toBe('a\\057b.clinic.test.');
    expect(stored('_term.clinic.test')).toBe('_term.clinic.test.');
  });

  test('have labels of at most 63 characters', () => {
    expect(stored(`${'a'.repeat(63)}.test`)).toBe(`${'a'.repeat(63)}.test.`);
    expect(stored(`${'a'.repeat(64)}.test`)).toContain('DomainLabelTooLong');
  });

  test('have at most 255 octets on the wire', () => {
    const label = 'a'.repeat(63);
    expect(stored(`${label}.${label}.${label}.${'a'.repeat(61)}`)).toMatch(/a\.$/);
    expect(stored(`${label}.${label}.${label}.${'a'.repeat(62)}`)).toContain('DomainNameTooLong');
  });

  test.each([
    ['', 'DomainNameEmpty'],
    ['.', 'DomainNameEmpty'],
    ['a..b', 'DomainLabelEmpty'],
    ['pönig.test', 'UnsupportedCharacter'],
  ])('%j is refused as %s', (text, code) => {
    expect(stored(text)).toContain(code);
  });

  test('go to the wire with real characters and come back, a literal backslash included', () => {
    expect(nameToWire('\\052.clinic.test.')).toBe('*.clinic.test');
    expect(nameFromWire('*.Clinic.test')).toBe('\\052.clinic.test.');
    expect(nameFromWire('\\052.clinic.test')).toBe('\\134052.clinic.test.');
    expect(nameFromWire('\u0000.clinic.test')).toBeNull();
    expect(nameFromWire('.')).toBeNull();
  });

  test('sort by reversed labels in ASCII order, the final dot included', () => {
    const names = [
      'www.example.com.',
      'example.com.',
      'a.b.example.com.',
      'b-c.example.com.',
      'b.example.com.',
    ];
    expect([...names].sort(compareNames)).toEqual([
      'example.com.',
      // '-' sorts before '.', as the documentation warns.
      'b-c.example.com.',
      'b.example.com.',
      'a.b.example.com.',
      'www.example.com.',
    ]);
  });

  test('lie within a zone only at a label border', () => {
    expect(isWithin('clinic.test.', 'clinic.test.')).toBe(true);
    expect(isWithin('api.clinic.test.', 'clinic.test.')).toBe(true);
    expect(isWithin('myclinic.test.', 'clinic.test.')).toBe(false);
  });
});
