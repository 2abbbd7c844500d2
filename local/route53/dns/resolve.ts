// Answers one question from the served zones: delegation, wildcards, aliases, CNAME chains, NXDOMAIN and NODATA.

import { nameToWire, parentOf, readName, wildcardLabel } from '../core/names.ts';
import { recordTypes, type RecordSet, type RecordType } from '../core/record-set.ts';
import { readValue, type Rdata } from '../core/values.ts';
import { groupAt, nameExists, setsAt, type Zone } from '../core/zone.ts';
import { chooseSets, shuffle, type Place } from './choose.ts';

/** CNAMEs followed and aliases entered for one question; a longer chain is SERVFAIL. */
export const chainLengthMax = 16;

export type Record = { readonly name: string; readonly ttlSeconds: number } & Rdata;

export interface Resolution {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED' | 'SERVFAIL';
  readonly authoritative: boolean;
  readonly answers: readonly Record[];
  readonly authorities: readonly Record[];
  readonly additionals: readonly Record[];
}

export interface Surroundings {
  readonly random: () => number;
  readonly isHealthy: (healthCheckId: string) => boolean;
  readonly place: Place;
}

interface Lookup extends Surroundings {
  readonly zone: Zone;
  /** Whether any set of a group is healthy, found once for each query however many aliases lead there. */
  readonly groupHealth: Map<string, boolean>;
}

const nothing = { answers: [], authorities: [], additionals: [] } as const;
const servfail: Resolution = { rcode: 'SERVFAIL', authoritative: false, ...nothing };

export const zoneOf = (zones: ReadonlyMap<string, Zone>, name: string): Zone | undefined => {
  for (let at = name; at !== ''; at = parentOf(at)) {
    const zone = zones.get(at);
    if (zone !== undefined) return zone;
  }
  return undefined;
};

function rdataOf(set: RecordSet): { ttlSeconds: number; rdata: Rdata[] } {
  if (set.content.kind === 'alias') return { ttlSeconds: 0, rdata: [] };
  const rdata = set.content.values.flatMap((value) => {
    const reading = readValue(set.type, value);
    return reading.ok ? [reading.rdata] : [];
  });
  return { ttlSeconds: set.content.ttlSeconds, rdata };
}

/** Healthy by its own check, and, for an alias that asks, with at least one healthy set behind it. */
function isSetHealthy(lookup: Lookup, set: RecordSet): boolean {
  if (set.healthCheckId !== undefined && !lookup.isHealthy(set.healthCheckId)) return false;
  if (set.content.kind !== 'alias' || !set.content.evaluateTargetHealth) return true;
  return isGroupHealthy(lookup, set.content.dnsName, set.type);
}

function isGroupHealthy(lookup: Lookup, name: string, type: RecordType): boolean {
  const key = `${name} ${type}`;
  const known = lookup.groupHealth.get(key);
  if (known !== undefined) return known;
  // Stands while the group is looked at, so that a loop ends; a batch cannot make one.
  lookup.groupHealth.set(key, false);
  const healthy = groupAt(lookup.zone, name, type).some((set) => isSetHealthy(lookup, set));
  lookup.groupHealth.set(key, healthy);
  return healthy;
}

/** The records a group gives under `owner`; an alias gives its target's, TTL included. */
function recordsOf(
  lookup: Lookup,
  group: readonly RecordSet[],
  owner: string,
  depth = 0,
): Record[] {
  if (depth > chainLengthMax) return [];
  const chosen = chooseSets(group, {
    random: lookup.random,
    place: lookup.place,
    isHealthy: (set) => isSetHealthy(lookup, set),
  });
  return chosen.flatMap((set) => {
    if (set.content.kind === 'alias') {
      const target = groupAt(lookup.zone, set.content.dnsName, set.type);
      return recordsOf(lookup, target, owner, depth + 1);
    }
    const { ttlSeconds, rdata } = rdataOf(set);
    // Route 53 returns the values of one set in random order.
    return shuffle(rdata, lookup.random).map((data) => ({ name: owner, ttlSeconds, ...data }));
  });
}

/** The SOA for negative answers, with the TTL of RFC 2308 section 3: the lesser of its own TTL and MINIMUM. */
function negativeAuthority(zone: Zone): Record[] {
  return groupAt(zone, zone.name, 'SOA').flatMap((set) => {
    const { ttlSeconds, rdata } = rdataOf(set);
    return rdata.map((soa) => ({
      name: nameToWire(zone.name),
      ttlSeconds: soa.type === 'SOA' ? Math.min(ttlSeconds, soa.data.minimum) : ttlSeconds,
      ...soa,
    }));
  });
}

/** NS sets below the apex, at the name or above it, hand the name to other servers (RFC 1034 section 4.3.2, step 3b). */
function delegationOf(zone: Zone, name: string): readonly RecordSet[] {
  let cut: readonly RecordSet[] = [];
  for (let at = name; at !== zone.name; at = parentOf(at)) {
    const group = groupAt(zone, at, 'NS');
    if (group.length > 0) cut = group;
  }
  return cut;
}

function referral(
  lookup: Lookup,
  cut: readonly RecordSet[],
  answers: readonly Record[],
): Resolution {
  const owner = nameToWire(cut[0]?.name ?? lookup.zone.name);
  const authorities = recordsOf(lookup, cut, owner);
  const glue = authorities.flatMap((record) => {
    const reading = record.type === 'NS' ? readName(record.data) : null;
    if (record.type !== 'NS' || reading?.ok !== true) return [];
    return (['A', 'AAAA'] as const).flatMap((type) =>
      recordsOf(lookup, groupAt(lookup.zone, reading.name, type), record.data),
    );
  });
  return { rcode: 'NOERROR', authoritative: false, answers, authorities, additionals: glue };
}

/** The sets at a name, or at the wildcard that covers it (RFC 4592 section 3.3.1); `null` when there is neither. */
function nodeOf(zone: Zone, name: string): readonly RecordSet[] | null {
  if (nameExists(zone, name)) return setsAt(zone, name);
  let encloser = parentOf(name);
  while (!nameExists(zone, encloser)) encloser = parentOf(encloser);
  const source = `${wildcardLabel}.${encloser}`;
  return nameExists(zone, source) ? setsAt(zone, source) : null;
}

const isKnownType = (type: string): type is RecordType => recordTypes.some((t) => t === type);

/** RFC 8482 section 4.2: a query of type ANY gets one synthesized HINFO; the message layer writes it. */
export const anyType = 'ANY';

interface Asked {
  /** In stored form, to look up. */
  readonly name: string;
  /** As the client spelled it, to answer under. */
  readonly owner: string;
  readonly type: string;
}

function follow(
  zones: ReadonlyMap<string, Zone>,
  around: Surroundings,
  asked: Asked,
  answers: readonly Record[],
): Resolution {
  const zone = zoneOf(zones, asked.name);
  if (zone === undefined)
    // A CNAME that leaves our zones is the resolver's to follow.
    return answers.length === 0
      ? { rcode: 'REFUSED', authoritative: false, ...nothing }
      : { rcode: 'NOERROR', authoritative: true, ...nothing, answers };
  const lookup: Lookup = { ...around, zone, groupHealth: new Map() };
  const cut = delegationOf(zone, asked.name);
  if (cut.length > 0) return referral(lookup, cut, answers);

  const negative = {
    authoritative: true,
    answers,
    authorities: negativeAuthority(zone),
    additionals: [],
  };
  const node = nodeOf(zone, asked.name);
  if (node === null) return { rcode: 'NXDOMAIN', ...negative };
  const ofType = isKnownType(asked.type) ? node.filter((set) => set.type === asked.type) : [];
  const records = recordsOf(lookup, ofType, asked.owner);
  if (records.length > 0)
    return { rcode: 'NOERROR', authoritative: true, ...nothing, answers: [...answers, ...records] };

  const alias = recordsOf(
    lookup,
    node.filter((set) => set.type === 'CNAME'),
    asked.owner,
  )[0];
  if (alias?.type !== 'CNAME' || asked.type === 'CNAME') return { rcode: 'NOERROR', ...negative };
  const target = readName(alias.data);
  if (!target.ok || answers.length >= chainLengthMax) return servfail;
  const next = { name: target.name, owner: alias.data, type: asked.type };
  return follow(zones, around, next, [...answers, alias]);
}

/** `owner` is the question's name as the client spelled it, so that its case comes back in the answer. */
export function resolve(
  zones: ReadonlyMap<string, Zone>,
  asked: Asked,
  around: Surroundings,
): Resolution {
  return follow(zones, around, asked, []);
}
