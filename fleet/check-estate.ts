// Judges what the stacks are built from: networks that must not overlap, an owner to wake, a budget, places for the state.
import { isPrivate, overlaps, parseCidr } from './cidr.ts';
import type { ErrorParts } from './errors.ts';
import type { Fleet } from './fleet.ts';

const regionPrefixMax = 16;
const vantagePrefixMax = 24;

export const estateFaults = (fleet: Fleet): readonly ErrorParts[] => [
  ...networkFaults(fleet),
  ...overlapFaults(fleet),
  ...placeFaults(fleet),
  ...spendingFaults(fleet),
];

const networksOf = ({ regions, vantages, estate: { monitoring } }: Fleet) => [
  ...regions.map(({ id, network }) => ({ id, network, prefixMax: regionPrefixMax })),
  ...vantages.map(({ id, network }) => ({ id, network, prefixMax: vantagePrefixMax })),
  ...(monitoring === null
    ? []
    : [{ id: 'monitoring', network: monitoring.network, prefixMax: vantagePrefixMax }]),
];

function networkFaults(fleet: Fleet): ErrorParts[] {
  const wrong = networksOf(fleet).filter(({ network, prefixMax }) => {
    const cidr = parseCidr(network);
    return cidr === null || !isPrivate(cidr) || cidr.prefix > prefixMax;
  });
  return wrong.map(({ id, network, prefixMax }) => ({
    found: `${id} has the network "${network}"`,
    why: 'It is divided into subnets for each availability zone, in private address space (RFC 1918)',
    remedy: `Choose one like 10.16.0.0/${prefixMax}: its first address, and at most /${prefixMax}`,
  }));
}

function overlapFaults(fleet: Fleet): ErrorParts[] {
  const all = networksOf(fleet).flatMap(({ id, network }) => {
    const cidr = parseCidr(network);
    return cidr === null ? [] : [{ id, network, cidr }];
  });
  return all.flatMap((one, i) =>
    all
      .slice(i + 1)
      .filter((other) => overlaps(one.cidr, other.cidr))
      .map((other) => ({
        found: `the networks of ${one.id} (${one.network}) and ${other.id} (${other.network}) overlap`,
        why: 'Two networks with addresses in common can never be joined, and logs could not tell their hosts apart',
        remedy: 'Give each region and vantage a network of its own',
      })),
  );
}

function placeFaults({ estate, regions }: Fleet): ErrorParts[] {
  const taken = regions.filter((r) => r.cloud === 'aws').map((r) => r.location);
  const { stateLocations, replicaLocation } = estate;
  // With a second AWS region each holds the other's copy, and the extra location is not used.
  const needed = taken.length > 1 ? stateLocations : [...stateLocations, replicaLocation];
  const within = needed.filter((place) => taken.includes(place));
  const faults: ErrorParts[] = within.map((place) => ({
    found: `state or copies are kept in ${place}, where a region of the fleet stands`,
    why: 'What is needed when a region is lost may not be lost with it',
    remedy: 'Choose an AWS location that is no region of this fleet',
  }));
  if (stateLocations[0] === stateLocations[1])
    faults.push({
      found: `the state and its copy are both kept in ${stateLocations[0]}`,
      why: 'One lost location would take both',
      remedy: 'Choose two locations',
    });
  return faults;
}

const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const owner = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

function spendingFaults({ estate }: Fleet): ErrorParts[] {
  const faults: ErrorParts[] = [];
  if (!email.test(estate.alertEmail))
    faults.push({
      found: `alerts go to "${estate.alertEmail}"`,
      why: 'An alarm that reaches nobody is none',
      remedy: 'Set `alertEmail` to an address that someone reads at night',
    });
  if (!owner.test(estate.owner))
    faults.push({
      found: `the owner is "${estate.owner}"`,
      why: 'It becomes a tag in three clouds, the strictest of which takes a-z, 0-9 and hyphens only',
      remedy: 'Name the team with 1 to 40 of a-z, 0-9 and inner hyphens',
    });
  if (!(estate.monthlyBudgetUsd > 0))
    faults.push({
      found: `a monthly budget of ${estate.monthlyBudgetUsd} USD`,
      why: 'Warnings are sent at shares of it',
      remedy: 'Set what a month may cost',
    });
  return faults;
}
