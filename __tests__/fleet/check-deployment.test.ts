// What was built must fit the fleet it was built for.
import { expect, test } from '@jest/globals';
import { checkedDeployment, deploymentFaults } from '../../fleet/check-deployment.ts';
import type { Deployment } from '../../fleet/fleet.ts';
import { belgium, deploymentOf, paris, production } from '../support/fleets.ts';

const built = deploymentOf(production);
const found = (change: Partial<Deployment>) =>
  deploymentFaults(production, { ...built, ...change }).map((f) => f.found);
const parisAt = (...addresses: readonly string[]) => ({
  addresses: { ...built.addresses, [paris]: addresses },
});

test('what was built for the fleet is accepted', () => {
  expect(checkedDeployment(production, built)).toBe(built);
});

test.each([
  ['too few addresses', parisAt('192.0.2.1', '192.0.2.2'), /aws-paris has 2 addresses.*says 3/],
  ['none at all', { addresses: {} }, /aws-paris has 0 addresses/],
  ['a name', parisAt('192.0.2.1', '192.0.2.2', 'paris.example'), /"paris.example" is not an IPv4/],
  ['a big octet', parisAt('192.0.2.1', '192.0.2.2', '192.0.2.256'), /"192.0.2.256" is not/],
  ['an octet in octal', parisAt('192.0.2.1', '192.0.2.2', '192.0.2.010'), /"192.0.2.010" is not/],
  ['one address twice', parisAt('192.0.2.1', '192.0.2.1', '192.0.2.3'), /192.0.2.1 stands twice/],
  ['an address of another region', parisAt('192.0.2.1', '192.0.2.2', '192.0.2.20'), /stands twice/],
  [
    'no health check',
    { healthCheckIds: { [paris]: 'a', [belgium]: 'b' } },
    /azure-frankfurt has no health check/,
  ],
  ['no name server', { nameServers: [] }, /no authoritative server/],
  ['no zone', { hostedZoneId: '' }, /no hosted zone/],
])('%s is refused', (_, change, words) => {
  expect(found(change).join('; ')).toMatch(words);
});

test('the edge of an octet is an address', () => {
  expect(found(parisAt('0.0.0.0', '192.0.2.255', '255.255.255.255'))).toEqual([]);
});

test('a refusal says what to do', () => {
  expect(() => checkedDeployment(production, { ...built, nameServers: [] })).toThrow(
    /List them as host:port/,
  );
});
