// A hosted zone as immutable data: every record set by name, the order of its listing, and what it is born with.

import { compareNames, compareText, parentOf } from './names.ts';
import type { RecordSet, RecordType } from './record-set.ts';

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly sets: ReadonlyMap<string, readonly RecordSet[]>;
}

export const setsAt = (zone: Zone, name: string): readonly RecordSet[] => zone.sets.get(name) ?? [];

/** All sets that answer for one name and type: one simple set, or the members of one routing policy. */
export const groupAt = (zone: Zone, name: string, type: RecordType): readonly RecordSet[] =>
  setsAt(zone, name).filter((set) => set.type === type);

export const allSets = (zone: Zone): RecordSet[] => [...zone.sets.values()].flat();

export const compareSets = (
  a: Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>,
  b: Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>,
): number =>
  compareNames(a.name, b.name) ||
  compareText(a.type, b.type) ||
  compareText(a.setIdentifier ?? '', b.setIdentifier ?? '');

/** In the order ListResourceRecordSets pages through. */
export const listSets = (zone: Zone): RecordSet[] => allSets(zone).sort(compareSets);

// Values a new zone gets from Route 53 (Developer Guide, "NS and SOA records that Route 53 creates for a public hosted zone").
const nameServerTtlSeconds = 172_800;
const soaTtlSeconds = 900;

export function newZone(id: string, name: string, nameServers: readonly string[]): Zone {
  const simple = { routing: { kind: 'simple' } } as const;
  const soa = `${nameServers[0] ?? name} hostmaster.${name} 1 7200 900 1209600 86400`;
  return {
    id,
    name,
    sets: new Map([
      [
        name,
        [
          {
            ...simple,
            name,
            type: 'NS',
            content: { kind: 'values', ttlSeconds: nameServerTtlSeconds, values: nameServers },
          },
          {
            ...simple,
            name,
            type: 'SOA',
            content: { kind: 'values', ttlSeconds: soaTtlSeconds, values: [soa] },
          },
        ],
      ],
    ]),
  };
}

// Zones never change, so what is derived from one may be kept as long as it lives.
const namesOf = new WeakMap<Zone, ReadonlySet<string>>();

/** Whether a name exists, empty non-terminals included (RFC 4592 section 2.2.2): they are NODATA, not NXDOMAIN. */
export function nameExists(zone: Zone, name: string): boolean {
  let names = namesOf.get(zone);
  if (names === undefined) {
    const found = new Set([zone.name]);
    for (const owner of zone.sets.keys())
      for (let at = owner; at !== zone.name && !found.has(at); at = parentOf(at)) found.add(at);
    names = found;
    namesOf.set(zone, names);
  }
  return names.has(name);
}
