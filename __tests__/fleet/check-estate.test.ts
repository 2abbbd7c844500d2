// What is built from a fleet must be buildable: networks apart, state out of harm's way, somebody to wake.
import { expect, test } from '@jest/globals';
import { estateFaults } from '../../fleet/check-estate.ts';
import { checkedFleet } from '../../fleet/check-fleet.ts';
import { regionId } from '../../fleet/fleet.ts';
import type { Estate, Fleet } from '../../fleet/fleet.ts';
import { belgium, paris, production, withRegion } from '../support/fleets.ts';

const withEstate = (change: Partial<Estate>): Fleet => ({
  ...production,
  estate: { ...production.estate, ...change },
});

const faults = (fleet: Fleet) => estateFaults(fleet).map(({ found }) => found);

test('production has no fault', () => expect(faults(production)).toEqual([]));

test.each([
  ['no network', 'everywhere'],
  ['a network of the internet', '8.8.0.0/16'],
  ['too small a network', '10.99.0.0/17'],
  ['an address inside a network', '10.99.1.0/16'],
])('a region with %s is refused', (_, network) =>
  expect(faults(withRegion(production, paris, { network }))).toEqual([
    `${paris} has the network "${network}"`,
  ]),
);

test('networks that overlap are refused, whoever they belong to', () => {
  expect(faults(withRegion(production, paris, { network: '10.32.0.0/16' }))).toEqual([
    `the networks of ${paris} (10.32.0.0/16) and ${belgium} (10.32.0.0/16) overlap`,
  ]);
  expect(faults(withRegion(production, paris, { network: '10.64.0.0/16' }))).toHaveLength(4);
});

test.each([
  ['the state', { stateLocations: ['eu-west-3', 'eu-north-1'] }, /eu-west-3, where a region/],
  ['its copy', { stateLocations: ['eu-west-1', 'eu-west-3'] }, /eu-west-3, where a region/],
  ['the data', { replicaLocation: 'eu-west-3' }, /eu-west-3, where a region/],
] as const)('%s is not kept where a region stands', (_, change, words) =>
  expect(faults(withEstate(change as Partial<Estate>))).toEqual([expect.stringMatching(words)]),
);

test('the state and its copy are two places', () =>
  expect(faults(withEstate({ stateLocations: ['eu-west-1', 'eu-west-1'] }))).toEqual([
    'the state and its copy are both kept in eu-west-1',
  ]));

test('with a second AWS region, each holds the other’s copy, wherever the extra place is', () => {
  const [first] = production.regions;
  const second = {
    ...first!,
    id: regionId('aws-frankfurt'),
    role: 'secondary' as const,
    location: 'eu-central-1',
    network: '10.80.0.0/16',
  };
  expect(faults({ ...production, regions: [...production.regions, second] })).toEqual([]);
});

test.each([
  ['nobody to wake', { alertEmail: 'the team' }, /alerts go to "the team"/],
  ['no owner', { owner: 'Platform Team' }, /the owner is "Platform Team"/],
  ['no budget', { monthlyBudgetUsd: 0 }, /a monthly budget of 0 USD/],
] as const)('%s is refused', (_, change, words) =>
  expect(faults(withEstate(change))).toEqual([expect.stringMatching(words)]),
);

test('a fleet is checked for what is built from it as well', () =>
  expect(() => checkedFleet(withEstate({ monthlyBudgetUsd: -1 }))).toThrow(
    /Fleet "production": a monthly budget of -1 USD.*Set what a month may cost/,
  ));
