// Judges a fleet before anything is built from it: every fault is named with its reason and its remedy.
import { estateFaults } from './check-estate.ts';
import { probeFaults } from './check-probe.ts';
import { safetyFaults } from './check-safety.ts';
import { strategyFaults } from './check-strategy.ts';
import { InputError } from './errors.ts';
import type { ErrorParts } from './errors.ts';
import type { Fleet, Region } from './fleet.ts';

export const weightMax = 255;
/** Route 53 accepts 0..2147483647 s; beyond an hour a failover would take longer than most outages. */
const answerTtlSecondsMax = 3_600;

/** Returns every fault of a fleet; an empty list means that it may be built. */
export function fleetFaults(fleet: Fleet): readonly ErrorParts[] {
  return [
    ...zoneFaults(fleet),
    ...identityFaults(fleet),
    ...fleet.regions.flatMap((region) => regionFaults(region, fleet)),
    ...ttlFaults(fleet),
    ...roleFaults(fleet),
    ...watchFaults(fleet),
    ...probeFaults(fleet),
    ...steeringFaults(fleet),
    ...strategyFaults(fleet),
    ...safetyFaults(fleet),
    ...estateFaults(fleet),
  ];
}

/** Returns the fleet, or throws an `InputError` ('wrong-fleet') that lists every fault. */
export function checkedFleet(fleet: Fleet): Fleet {
  const faults = fleetFaults(fleet);
  const [first] = faults;
  if (first === undefined) return fleet;
  const rest = faults.slice(1).map((f) => `\n  - ${f.found}. ${f.why}. ${f.remedy}.`);
  throw new InputError('wrong-fleet', {
    ...first,
    found: `Fleet "${fleet.environment}": ${first.found}`,
    remedy: [
      first.remedy,
      ...(rest.length > 0 ? [`\nAlso:${rest.join('').replace(/\.$/, '')}`] : []),
    ].join('.'),
  });
}

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function zoneFaults({ zone }: Fleet): ErrorParts[] {
  if (
    zone.length <= 200 &&
    zone.split('.').length > 1 &&
    zone.split('.').every((l) => label.test(l))
  )
    return [];
  return [
    {
      found: `zone "${zone}" is not a domain name`,
      why: 'Clients resolve api.<zone>, so each label needs 1 to 63 of a-z, 0-9 and inner hyphens (RFC 1035, 2.3.1)',
      remedy:
        'Set `zone` to a domain you hold, for example "evenkeel.example", without a trailing dot',
    },
  ];
}

function identityFaults({ regions, vantages }: Fleet): ErrorParts[] {
  const repeated = [...regions, ...vantages]
    .map(({ id }): string => id)
    .filter((id, i, ids) => ids.indexOf(id) !== i);
  const unnameable = [...regions, ...vantages].filter(({ id }) => !label.test(id));
  return [
    ...repeated.map((id) => ({
      found: `the id "${id}" is used twice`,
      why: 'Records, journals and metrics tell regions and vantages apart by id',
      remedy: 'Give each region and vantage an id of its own',
    })),
    ...unnameable.map(({ id }) => ({
      found: `the id "${id}" is not a DNS label`,
      why: 'A region answers as <id>.api.<zone>',
      remedy: 'Use 1 to 63 of a-z, 0-9 and inner hyphens',
    })),
  ];
}

const faultIf = (wrong: boolean, fault: ErrorParts): ErrorParts[] => (wrong ? [fault] : []);

function regionFaults(region: Region, { regions }: Fleet): ErrorParts[] {
  const { id, weight, addressCount, instances } = region;
  return [
    ...standbyFaults(region, regions),
    ...faultIf(!Number.isInteger(weight) || weight < 0 || weight > weightMax, {
      found: `region ${id} has weight ${weight}`,
      why: `Route 53 takes whole weights from 0 to ${weightMax} and refuses the whole batch otherwise`,
      remedy: `Choose 0..${weightMax}; only the proportions between the regions matter`,
    }),
    ...faultIf(!Number.isInteger(addressCount) || addressCount < 1 || addressCount > 8, {
      found: `region ${id} has ${addressCount} addresses`,
      why: 'An answer must fit one UDP datagram beside the standby addresses, and an empty one is an outage',
      remedy: 'Choose 1..8',
    }),
    ...faultIf(!(instances.min >= 1 && instances.min <= instances.max), {
      found: `region ${id} runs ${instances.min} to ${instances.max} instances`,
      why: 'Every region must be able to answer at once when another is lost',
      remedy: 'Choose 1 <= min <= max',
    }),
  ];
}

function standbyFaults({ id, standby }: Region, regions: readonly Region[]): ErrorParts[] {
  const others = regions.map((r) => r.id).filter((other) => other !== id);
  const wrong = standby.filter((s) => !others.includes(s));
  return [
    ...wrong.map((s) => ({
      found: `region ${id} names ${s === id ? 'itself' : `the unknown region "${s}"`} as its standby`,
      why: 'Its users would be sent to a place that cannot take them',
      remedy: `Name one of: ${others.join(', ') || '(add a second region)'}`,
    })),
    ...faultIf(wrong.length === standby.length, {
      found: `region ${id} has no survivor`,
      why: 'When it is lost nobody would take its users',
      remedy: 'Give it at least one standby region, best in another cloud',
    }),
  ];
}

function ttlFaults({ regions }: Fleet): ErrorParts[] {
  const ttls = [...new Set(regions.map((r) => r.answerTtlSeconds))];
  const faults: ErrorParts[] = [];
  if (ttls.length > 1)
    faults.push({
      found: `the regions have different TTLs (${ttls.join(', ')} s)`,
      why: 'One weighted group must share one TTL: Route 53 refuses the batch, and resolvers disagree about mixed sets',
      remedy: 'Give `answerTtlSeconds` the same value in every region',
    });
  for (const ttl of ttls)
    if (!Number.isInteger(ttl) || ttl < 1 || ttl > answerTtlSecondsMax)
      faults.push({
        found: `a TTL of ${ttl} s`,
        why: 'Users of a lost region keep its address for up to one TTL',
        remedy: `Choose 1..${answerTtlSecondsMax} s; 60 is usual`,
      });
  return faults;
}

function roleFaults({ regions }: Fleet): ErrorParts[] {
  const primaries = regions.filter((r) => r.role === 'primary').map((r) => r.id);
  const faults: ErrorParts[] = [];
  if (primaries.length !== 1)
    faults.push({
      found: `${primaries.length} primary regions (${primaries.join(', ') || 'none'})`,
      why: 'Drills, replication and the state of the fleet refer to the primary',
      remedy: 'Mark one region as primary and the others as secondary',
    });
  if (regions.length > 0 && regions.every((r) => r.weight === 0))
    faults.push({
      found: 'every region has weight 0',
      why: 'Route 53 then answers with all regions alike, which is not what a weight of 0 says',
      remedy: 'Give at least one region a positive weight',
    });
  return faults;
}

function watchFaults({ vantages, steering: { quorum } }: Fleet): ErrorParts[] {
  if (Number.isInteger(quorum) && quorum > vantages.length / 2 && quorum <= vantages.length)
    return [];
  return [
    {
      found: `a quorum of ${quorum} among ${vantages.length} vantages`,
      why: 'With a minority, two halves of a partition could both act; with more than all, nobody ever could',
      remedy: 'Use three vantages and a quorum of 2',
    },
  ];
}

function steeringFaults({ steering }: Fleet): ErrorParts[] {
  const { restoreSteps: steps } = steering;
  const faults: ErrorParts[] = [];
  if (steps.at(-1) !== 1 || steps.some((s, i) => s <= (steps[i - 1] ?? 0) || s > 1))
    faults.push({
      found: `restore steps ${steps.join(', ') || '(none)'}`,
      why: 'A region returns step by step to its full weight',
      remedy: 'List ascending shares that end in 1, for example 0.1, 0.4, 0.7, 1',
    });
  if (steering.changesReservedForLeaving >= steering.changesMax)
    faults.push({
      found: `${steering.changesReservedForLeaving} of ${steering.changesMax} changes reserved for leaving`,
      why: 'No region could ever return',
      remedy: 'Reserve fewer changes than there are',
    });
  return faults;
}
