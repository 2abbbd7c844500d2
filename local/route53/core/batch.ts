// Applies a change batch to a zone as a whole or not at all, with Route 53's rules and words.

import { isExactMatch, isSameSet, type Change, type RecordSet } from './record-set.ts';
import { placementProblems } from './placement-rules.ts';
import { finalProblems } from './final-rules.ts';
import { readValue } from './values.ts';
import type { Zone } from './zone.ts';

// API Reference, ChangeResourceRecordSets, "Limits"; quotas in the Developer Guide, "Quotas on records".
const resourceRecordsMax = 1_000;
const valueCharactersMax = 32_000;
const valuesPerSetMax = 400;
export const setsPerZoneMax = 10_000;

export interface BatchRules {
  readonly healthCheckExists: (id: string) => boolean;
  /** API Reference, ResourceRecordSet, Weight: "You can only specify one ResourceRecord per weighted resource record set." */
  readonly oneValuePerWeightedSet: boolean;
}

export type BatchOutcome =
  | { readonly kind: 'applied'; readonly zone: Zone }
  | { readonly kind: 'no-such-health-check'; readonly healthCheckId: string }
  | { readonly kind: 'invalid'; readonly messages: readonly string[] };

type Sets = Map<string, readonly RecordSet[]>;

const describeSet = (set: RecordSet): string =>
  `[name='${set.name}', type='${set.type}'${
    set.setIdentifier === undefined ? '' : `, set-identifier='${set.setIdentifier}'`
  }]`;

const valuesOf = (set: RecordSet): readonly string[] =>
  set.content.kind === 'values' ? set.content.values : [];

/** "When the value of the Action element is UPSERT, each ResourceRecord element is counted twice." */
function sizeProblems(changes: readonly Change[]): string[] {
  let records = 0;
  let characters = 0;
  for (const { action, set } of changes) {
    const times = action === 'UPSERT' ? 2 : 1;
    const values = valuesOf(set);
    records += times * values.length;
    characters += times * values.reduce((sum, value) => sum + value.length, 0);
  }
  const problems: string[] = [];
  if (records > resourceRecordsMax)
    problems.push(`Number of records limit of ${resourceRecordsMax} exceeded.`);
  if (characters > valueCharactersMax)
    problems.push(`RDATA character limit of ${valueCharactersMax} exceeded.`);
  return problems;
}

function valueProblems(set: RecordSet, rules: BatchRules): string[] {
  const values = valuesOf(set);
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const value of values) {
    const reading = readValue(set.type, value);
    if (!reading.ok) {
      problems.push(`Invalid Resource Record: '${reading.problem}'`);
      continue;
    }
    // Compared as data, so that two spellings of one IPv6 address or name count as the duplicate they are.
    const data = JSON.stringify(reading.rdata.data);
    const canonical = set.type === 'AAAA' ? new URL(`http://[${value}]`).hostname : data;
    if (seen.has(canonical)) problems.push(`Duplicate Resource Record: '${value}'`);
    seen.add(canonical);
  }
  if (values.length > valuesPerSetMax)
    problems.push(`Cannot have more than ${valuesPerSetMax} records in a RRSet.`);
  const onlyOne =
    set.type === 'CNAME' ||
    set.type === 'SOA' ||
    (set.routing.kind === 'weighted' && rules.oneValuePerWeightedSet);
  if (onlyOne && values.length > 1)
    problems.push(
      `RRSet with DNS name ${set.name}, type ${set.type}, ${set.routing.kind} routing can have one ResourceRecord only, but found ${values.length}.`,
    );
  return problems;
}

function remove(sets: Sets, set: RecordSet): void {
  const others = (sets.get(set.name) ?? []).filter((other) => !isSameSet(other, set));
  if (others.length === 0) sets.delete(set.name);
  else sets.set(set.name, others);
}

function applyDelete(sets: Sets, set: RecordSet): string[] {
  const current = sets.get(set.name)?.find((other) => isSameSet(other, set));
  if (current === undefined)
    return [`Tried to delete resource record set ${describeSet(set)} but it was not found`];
  if (!isExactMatch(current, set))
    return [
      `Tried to delete resource record set ${describeSet(set)} but the values provided do not match the current values`,
    ];
  remove(sets, set);
  return [];
}

function applyPut(zone: Zone, sets: Sets, { action, set }: Change): string[] {
  const present = sets.get(set.name) ?? [];
  if (action === 'CREATE' && present.some((other) => isSameSet(other, set)))
    return [`Tried to create resource record set ${describeSet(set)} but it already exists`];
  const others = present.filter((other) => !isSameSet(other, set));
  const problems = placementProblems(zone, sets, others, set);
  if (problems.length === 0) sets.set(set.name, [...others, set]);
  return problems;
}

const countSets = (sets: Sets): number =>
  [...sets.values()].reduce((sum, atName) => sum + atName.length, 0);

/**
 * Changes are judged in order, each against the zone as the ones before it left it (a CNAME must be deleted before an A
 * is created beside it, an alias's target created before the alias); what only the whole can show (one TTL per weighted
 * group, apex NS and SOA, dangling aliases) is judged at the end.
 */
export function applyBatch(
  zone: Zone,
  changes: readonly Change[],
  rules: BatchRules,
): BatchOutcome {
  const puts = changes.filter(({ action }) => action !== 'DELETE').map(({ set }) => set);
  for (const { healthCheckId } of puts)
    if (healthCheckId !== undefined && !rules.healthCheckExists(healthCheckId))
      return { kind: 'no-such-health-check', healthCheckId };

  const messages = [...sizeProblems(changes), ...puts.flatMap((set) => valueProblems(set, rules))];
  const sets: Sets = new Map(zone.sets);
  for (const change of changes)
    messages.push(
      ...(change.action === 'DELETE'
        ? applyDelete(sets, change.set)
        : applyPut(zone, sets, change)),
    );
  const after: Zone = { ...zone, sets };
  if (messages.length === 0)
    messages.push(
      ...finalProblems(
        after,
        changes.map(({ set }) => set),
      ),
    );
  if (countSets(sets) > setsPerZoneMax)
    messages.push(`Exceeded limit MAX_RRSETS_BY_ZONE for zone: ${zone.id}`);
  return messages.length === 0
    ? { kind: 'applied', zone: after }
    : { kind: 'invalid', messages: [...new Set(messages)] };
}
