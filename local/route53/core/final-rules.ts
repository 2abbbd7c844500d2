// What only the zone after a whole batch can show: apex NS and SOA, one TTL per weighted group, aliases that lead somewhere.

import type { RecordSet } from './record-set.ts';
import { allSets, groupAt, type Zone } from './zone.ts';

function apexProblems(zone: Zone): string[] {
  const problems: string[] = [];
  if (groupAt(zone, zone.name, 'NS').length === 0)
    problems.push('A HostedZone must contain at least one NS record for the zone itself.');
  if (groupAt(zone, zone.name, 'SOA').length !== 1)
    problems.push('A HostedZone must contain exactly one SOA record.');
  return problems;
}

const ttlOf = (set: RecordSet): number | null =>
  set.content.kind === 'values' ? set.content.ttlSeconds : null;

/** Only weighted groups are held to one TTL, and only their non-alias members have one (aws-sdk-go-v2 issue 518). */
function ttlProblems(zone: Zone, touched: readonly RecordSet[]): string[] {
  return touched.flatMap((set) => {
    const ttl = ttlOf(set);
    if (set.routing.kind !== 'weighted' || ttl === null) return [];
    const group = groupAt(zone, set.name, set.type);
    // A deleted set no longer counts.
    if (!group.includes(set) || group.every((member) => (ttlOf(member) ?? ttl) === ttl)) return [];
    return [
      `RRSet with DNS name ${set.name}, type ${set.type}, SetIdentifier ${set.setIdentifier ?? ''} cannot be created as weighted sets must contain the same TTL.`,
    ];
  });
}

type GroupKey = Pick<RecordSet, 'name' | 'type'>;

const groupKey = (name: string, type: string): string => `${name} ${type}`;

function danglingProblems(zone: Zone, touched: readonly RecordSet[]): string[] {
  const gone = new Set(
    touched
      .filter((set) => groupAt(zone, set.name, set.type).length === 0)
      .map((set) => groupKey(set.name, set.type)),
  );
  if (gone.size === 0) return [];
  return allSets(zone).flatMap((set) =>
    set.content.kind === 'alias' && gone.has(groupKey(set.content.dnsName, set.type))
      ? [
          `Tried to delete the target ${set.content.dnsName}, type ${set.type} of the alias ${set.name}, which still exists`,
        ]
      : [],
  );
}

/**
 * Whether following aliases comes back to a group still being followed. `open` holds those; `closed` the ones known to be
 * sound, without which a diamond of aliases would be walked once for each path through it.
 */
function loops(zone: Zone, key: GroupKey, open: Set<string>, closed: Set<string>): boolean {
  const text = groupKey(key.name, key.type);
  if (open.has(text)) return true;
  if (closed.has(text)) return false;
  open.add(text);
  const found = groupAt(zone, key.name, key.type).some(
    ({ content, type }) =>
      content.kind === 'alias' && loops(zone, { name: content.dnsName, type }, open, closed),
  );
  open.delete(text);
  closed.add(text);
  return found;
}

const loopProblems = (zone: Zone, touched: readonly RecordSet[]): string[] =>
  touched.flatMap((set) =>
    set.content.kind === 'alias' && loops(zone, set, new Set(), new Set())
      ? [`RRSet with DNS name ${set.name}, type ${set.type} is an alias that leads back to itself.`]
      : [],
  );

export const finalProblems = (zone: Zone, touched: readonly RecordSet[]): string[] => [
  ...apexProblems(zone),
  ...ttlProblems(zone, touched),
  ...danglingProblems(zone, touched),
  ...loopProblems(zone, touched),
];
