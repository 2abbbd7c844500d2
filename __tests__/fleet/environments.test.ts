// Four environments, each a fleet that may be built.
import { expect, test } from '@jest/globals';
import { fleetFaults } from '../../fleet/check-fleet.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { environmentNames, primaryOf } from '../../fleet/fleet.ts';

test.each(environmentNames)('%s is a fleet without fault that spans three clouds', (name) => {
  const fleet = fleetFor(name);
  expect(fleet.environment).toBe(name);
  expect(fleetFaults(fleet)).toEqual([]);
  expect(new Set(fleet.regions.map((r) => r.cloud))).toEqual(new Set(['aws', 'gcp', 'azure']));
  expect(primaryOf(fleet).cloud).toBe('aws');
});

test('no vantage stands in the location of a region it watches', () => {
  for (const name of environmentNames) {
    const { regions, vantages } = fleetFor(name);
    const places = regions.map((r) => r.location);
    expect(vantages.filter((v) => places.includes(v.location))).toEqual([]);
  }
});

test('no two environments share a zone', () => {
  const zones = environmentNames.map((name) => fleetFor(name).zone);
  expect(new Set(zones).size).toBe(zones.length);
});

test('an unknown environment is refused with the known ones', () => {
  expect(() => fleetFor('staging')).toThrow(
    /no environment "staging".*local, qa, preproduction, production/,
  );
});

test('a fleet without a primary that was never checked is a bug, said at once', () => {
  expect(() => primaryOf({ ...fleetFor('qa'), regions: [] })).toThrow(/unchecked/);
});
