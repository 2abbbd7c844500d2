// What a fleet asks of Route 53 before it can answer, under an allowance that refuses most of it at first.
import { expect, jest, test } from '@jest/globals';
import { Resolver } from 'node:dns/promises';
import { apiName } from '../../fleet/records.ts';
import { production } from '../support/fleets.ts';
import { localZone } from '../support/local-zone.ts';

// Refused requests are repeated after random waits of up to some seconds.
jest.setTimeout(120_000);

test('the zone stands, however often Route 53 says that the allowance is used up', async () => {
  const { deployment, dnsPort } = await localZone(production, { requestsPerSecond: 1 });
  expect(Object.keys(deployment.healthCheckIds)).toEqual(production.regions.map(({ id }) => id));
  expect(new Set(Object.values(deployment.healthCheckIds)).size).toBe(production.regions.length);
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${dnsPort}`]);
  expect(await resolver.resolve4(apiName(production))).not.toEqual([]);
});
