// Whether a record set may stand where it is put: its name, its neighbours at that name, its alias target.

import { isWithin } from './names.ts';
import type { RecordSet, Routing } from './record-set.ts';
import type { Zone } from './zone.ts';

/** Developer Guide, "Quotas on records": sets with the same name and type under one routing policy. */
const setsPerGroupMax = 100;

const nameAndType = (set: RecordSet): string => `RRSet with DNS name ${set.name}, type ${set.type}`;

const fullName = (set: RecordSet): string =>
  set.setIdentifier === undefined
    ? nameAndType(set)
    : `${nameAndType(set)}, SetIdentifier ${set.setIdentifier}`;

function nameProblems(zone: Zone, set: RecordSet): string[] {
  if (!isWithin(set.name, zone.name))
    return [`RRSet with DNS name ${set.name} is not permitted in zone ${zone.name}`];
  const atApex = set.name === zone.name;
  if (set.type === 'CNAME' && atApex)
    return [
      `RRSet of type CNAME with DNS name ${set.name} is not permitted at apex in zone ${zone.name}`,
    ];
  if (set.type === 'SOA' && !atApex)
    return [
      `RRSet of type SOA with DNS name ${set.name} is not permitted below apex of ${zone.name}`,
    ];
  const plain = set.routing.kind === 'simple' && set.content.kind === 'values';
  // Developer Guide, "Choosing between alias and non-alias records": an alias may have any type but NS and SOA.
  if ((set.type === 'NS' || set.type === 'SOA') && !plain)
    return [`${fullName(set)} cannot be created as ${set.type} must be a simple non-alias set.`];
  if (set.routing.kind === 'multivalue' && set.type === 'CNAME')
    return [`${fullName(set)} cannot be created as a multivalue answer cannot be of type CNAME.`];
  return [];
}

function cnameProblems(zone: Zone, others: readonly RecordSet[], set: RecordSet): string[] {
  const beside = others.filter((other) => other.type !== set.type);
  if (set.type === 'CNAME' && beside.length > 0)
    return [
      `RRSet of type CNAME with DNS name ${set.name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}`,
    ];
  if (beside.some((other) => other.type === 'CNAME'))
    return [
      `RRSet of type ${set.type} with DNS name ${set.name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${zone.name}`,
    ];
  return [];
}

/** What two sets of one group may not share, in words; `null` where anything goes. */
function claimOf(routing: Routing): string | null {
  if (routing.kind === 'failover') return `failover type ${routing.role}`;
  if (routing.kind === 'latency') return `Region Name=${routing.region}`;
  if (routing.kind !== 'geolocation') return null;
  const { continent, country, subdivision } = routing.location;
  return `location ${[continent, country, subdivision].filter(Boolean).join('-')}`;
}

function groupProblems(others: readonly RecordSet[], set: RecordSet): string[] {
  const group = others.filter((other) => other.type === set.type);
  const { kind } = set.routing;
  if (kind === 'simple')
    return group.length === 0
      ? []
      : [
          `${nameAndType(set)} cannot be created as other RRSets exist with the same name and type.`,
        ];
  if (group.some((other) => other.routing.kind !== kind))
    return [
      `${fullName(set)} cannot be created as a non-${kind} set exists with the same name and type.`,
    ];
  if (group.length >= setsPerGroupMax)
    return [`Cannot have more than ${setsPerGroupMax} RRSets with the same name and type.`];
  const claim = claimOf(set.routing);
  if (claim !== null && group.some((other) => claimOf(other.routing) === claim))
    return [
      `${fullName(set)}, and ${claim} cannot be created because a ${kind} RRSet with the same name, type and ${claim} already exists.`,
    ];
  return [];
}

/** Kubernetes' external-dns #2362 has the words; an alias primary may judge by its target's health instead. */
const failoverProblems = ({ routing, content, healthCheckId }: RecordSet): string[] =>
  routing.kind === 'failover' &&
  routing.role === 'PRIMARY' &&
  content.kind === 'values' &&
  healthCheckId === undefined
    ? ['A non-alias primary ResourceRecordSet must have an associated health check.']
    : [];

function aliasProblems(
  zone: Zone,
  sets: ReadonlyMap<string, readonly RecordSet[]>,
  set: RecordSet,
): string[] {
  if (set.content.kind !== 'alias') return [];
  const { dnsName, hostedZoneId } = set.content;
  const tried = `Tried to create an alias that targets ${dnsName}, type ${set.type} in zone ${hostedZoneId}`;
  const problems: string[] = [];
  if (hostedZoneId !== zone.id || !isWithin(dnsName, zone.name))
    problems.push(`${tried}, but the alias target name does not lie within the target zone`);
  const targets = hostedZoneId === zone.id ? (sets.get(dnsName) ?? []) : [];
  if (!targets.some((target) => target.type === set.type))
    problems.push(`${tried}, but that target was not found`);
  return problems;
}

/** Judges `set` against the working state of its batch; `others` are the sets already at its name, itself left out. */
export function placementProblems(
  zone: Zone,
  sets: ReadonlyMap<string, readonly RecordSet[]>,
  others: readonly RecordSet[],
  set: RecordSet,
): string[] {
  const misplaced = nameProblems(zone, set);
  if (misplaced.length > 0) return misplaced;
  return [
    ...cnameProblems(zone, others, set),
    ...groupProblems(others, set),
    ...failoverProblems(set),
    ...aliasProblems(zone, sets, set),
  ];
}
