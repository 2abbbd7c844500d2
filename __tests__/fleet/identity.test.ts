// Who a certificate says somebody is: one name of this zone, or nobody.
import { expect, test } from '@jest/globals';
import { identityFrom, identityUri } from '../../fleet/identity.ts';
import { identityNameOf } from '../../local/identity-name.ts';

const zone = 'evenkeel.example';
const dublin = { role: 'vantage', name: 'vantage-dublin' } as const;

test('a name that was written is read back, with other kinds of names beside it', () => {
  const uri = identityUri(zone, dublin);
  expect(uri).toBe('spiffe://evenkeel.example/vantage/vantage-dublin');
  expect(identityFrom(zone, `URI:${uri}`)).toEqual(dublin);
  expect(identityFrom(zone, `DNS:a.b, URI:${uri}, IP Address:127.0.0.1`)).toEqual(dublin);
});

test.each([
  ['no names', undefined],
  ['no URI', 'DNS:vantage-dublin'],
  ['a URI in a DNS name', 'DNS:spiffe://evenkeel.example/vantage/x'],
  ['two', 'URI:spiffe://evenkeel.example/vantage/a, URI:spiffe://evenkeel.example/operator/b'],
  ['another environment', 'URI:spiffe://qa.evenkeel.example/vantage/a'],
  ['a zone that only begins so', 'URI:spiffe://evenkeel.example.org/vantage/a'],
  ['an unknown role', 'URI:spiffe://evenkeel.example/root/a'],
  ['a deeper path', 'URI:spiffe://evenkeel.example/vantage/a/b'],
  ['no name', 'URI:spiffe://evenkeel.example/vantage/'],
  ['capitals', 'URI:spiffe://evenkeel.example/vantage/Dublin'],
  ['a name of 64', `URI:spiffe://evenkeel.example/vantage/${'a'.repeat(64)}`],
  ['a quoted one', 'DNS:"a, URI:spiffe://evenkeel.example/vantage/a"'],
  ['another scheme', 'URI:https://evenkeel.example/vantage/a'],
])('%s names nobody', (_, names) => {
  expect(identityFrom(zone, names)).toBeNull();
});

test.each([
  ['Jane.Doe', 'jane-doe'],
  ['_apt', 'apt'],
  ['…', 'operator'],
  ['a'.repeat(80), 'a'.repeat(63)],
])('the account %s stands in a certificate as %s', (account, name) => {
  expect(identityNameOf(account)).toBe(name);
});
