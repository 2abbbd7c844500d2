// The production fleet with addresses as if it had been built, and small ways of changing it for one test.
import { fleetFor } from '../../fleet/environments.ts';
import { regionId, vantageId } from '../../fleet/fleet.ts';
import type { Deployment, Fleet, Region } from '../../fleet/fleet.ts';
import type { Observation, Opinion } from '../../fleet/health.ts';
import type { Intent } from '../../fleet/records.ts';

export const paris = regionId('aws-paris');
export const belgium = regionId('gcp-belgium');
export const frankfurt = regionId('azure-frankfurt');

export const production = fleetFor('production');

export const deploymentOf = (fleet: Fleet): Deployment => ({
  hostedZoneId: 'Z0000000000TEST',
  addresses: Object.fromEntries(
    fleet.regions.map(({ id, addressCount }, r) => [
      id,
      Array.from({ length: addressCount }, (_, a) => `192.0.2.${10 * (r + 1) + a}`),
    ]),
  ),
  healthCheckIds: Object.fromEntries(fleet.regions.map(({ id }) => [id, `check-${id}`])),
  nameServers: ['192.0.2.253:53', '192.0.2.254:53'],
});

export const withRegion = (fleet: Fleet, id: string, change: Partial<Region>): Fleet => ({
  ...fleet,
  regions: fleet.regions.map((region) => (region.id === id ? { ...region, ...change } : region)),
});

/** `[weight, usable]` of Paris, Belgium and Frankfurt. */
export const intentWith = (...three: readonly (readonly [number, boolean])[]): Intent =>
  Object.fromEntries(
    [paris, belgium, frankfurt].map((id, i) => [
      id,
      { weight: three[i]?.[0] ?? 0, usable: three[i]?.[1] ?? false },
    ]),
  );

/** Fresh opinions of the three vantages, each written as one letter per region: u(p), d(own), ? (unknown). */
export const seeing = (...opinions: readonly string[]): readonly Observation[] =>
  opinions.map((letters, i) => ({
    vantage: vantageId(production.vantages[i]?.id ?? `vantage-${i}`),
    opinions: Object.fromEntries(
      [paris, belgium, frankfurt].map((id, r) => [id, opinionOf(letters[r])]),
    ),
    ageMs: 0,
  }));

const opinionOf = (letter: string | undefined): Opinion =>
  letter === 'u' ? 'up' : letter === 'd' ? 'down' : 'unknown';
