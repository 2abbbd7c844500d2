// Networks as text: what is one, what overlaps, how one is divided.
import { expect, test } from '@jest/globals';
import { isPrivate, overlaps, parseCidr, subnetOf } from '../../fleet/cidr.ts';

const cidr = (text: string) => parseCidr(text)!;

test.each(['10.0.0.0/8', '10.16.0.0/16', '192.168.1.128/25', '0.0.0.0/0', '255.255.255.255/32'])(
  '%s is a network',
  (text) => expect(parseCidr(text)).not.toBeNull(),
);

test.each([
  ['an octet beyond 255', '10.256.0.0/16'],
  ['a prefix beyond 32', '10.0.0.0/33'],
  ['bits behind the prefix', '10.16.1.0/16'],
  ['no prefix', '10.16.0.0'],
  ['words', 'private'],
  ['IPv6', 'fd00::/8'],
])('%s is none', (_, text) => expect(parseCidr(text)).toBeNull());

test.each([
  ['10.16.0.0/16', '10.16.0.0/16', true],
  ['10.16.0.0/16', '10.16.255.0/24', true],
  ['10.16.0.0/16', '10.17.0.0/16', false],
  ['10.0.0.0/8', '10.64.0.0/24', true],
  ['10.64.0.0/24', '10.64.1.0/24', false],
])('%s and %s overlap: %s', (a, b, expected) => {
  expect(overlaps(cidr(a), cidr(b))).toBe(expected);
  expect(overlaps(cidr(b), cidr(a))).toBe(expected);
});

test('only RFC 1918 is private', () => {
  for (const text of ['10.0.0.0/8', '172.16.0.0/12', '172.31.255.0/24', '192.168.0.0/16'])
    expect(isPrivate(cidr(text))).toBe(true);
  for (const text of ['172.32.0.0/16', '192.0.2.0/24', '8.0.0.0/8', '0.0.0.0/0'])
    expect(isPrivate(cidr(text))).toBe(false);
});

test('a network is divided in order, to its last part and not beyond', () => {
  expect(subnetOf('10.1.0.0/16', 20, 2)).toBe('10.1.32.0/20');
  expect(subnetOf('10.1.0.0/16', 20, 15)).toBe('10.1.240.0/20');
  expect(() => subnetOf('10.1.0.0/16', 20, 16)).toThrow(/has no subnet 16/);
  expect(() => subnetOf('10.1.0.0/16', 8, 0)).toThrow(/has no subnet/);
});
