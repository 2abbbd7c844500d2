// The zone as data: what is published for an intent, what is read back from it, and what differs between the two.
import { routingText } from './address-set.ts';
import type { AddressSet } from './address-set.ts';
import type { Deployment, Fleet, Region, RegionId } from './fleet.ts';
import { regionSets } from './strategy.ts';

/** One member of the weighted group `api.<zone>`. Names carry no trailing dot. */
export interface AliasSet {
  readonly kind: 'alias';
  readonly name: string;
  readonly setIdentifier: string;
  readonly weight: number;
  readonly target: string;
  readonly healthCheckId: string | null;
  readonly evaluateTargetHealth: boolean;
}

/** A TXT record set, its values without the quotes of the presentation format. */
export interface TextSet {
  readonly kind: 'text';
  readonly name: string;
  readonly ttlSeconds: number;
  readonly values: readonly string[];
}

export type RecordSet = AliasSet | AddressSet | TextSet;

/** What is wanted of each region: its share of the answers, and whether its own addresses may be published. */
export type Intent = Readonly<
  Record<
    RegionId,
    {
      readonly weight: number;
      readonly usable: boolean;
      /** Somebody has missed an answer of it; read by the strategy `widen` alone, and never read back from a zone. */
      readonly isSuspect?: boolean;
    }
  >
>;

/** The fence: each batch replaces exactly this value, so a batch planned from an older zone fails as a whole. */
export interface Term {
  readonly number: number;
  readonly by: string;
}

export interface Change {
  readonly action: 'UPSERT' | 'CREATE' | 'DELETE';
  readonly record: RecordSet;
}

/** Asked at the authoritative servers only; short in case somebody's resolver asks for it too. */
const termTtlSeconds = 1;

export const apiName = ({ zone }: Fleet) => `api.${zone}`;
export const regionName = (fleet: Fleet, region: string) => `${region}.${apiName(fleet)}`;
export const termName = (fleet: Fleet) => `_term.${apiName(fleet)}`;

export const termText = ({ number, by }: Term) => `term=${number} by=${by}`;

export function parseTerm(text: string): Term | null {
  const [, digits, by] = /^term=(\d{1,15}) by=([a-z0-9-]{1,63})$/.exec(text) ?? [];
  return digits === undefined || by === undefined ? null : { number: Number(digits), by };
}

export const isSameIntent = (one: Intent, other: Readonly<Record<string, Intent[RegionId]>>) =>
  Object.entries(one).every(
    ([id, { weight, usable }]) => other[id]?.weight === weight && other[id].usable === usable,
  );

/** Everyone usable at the normal weight: what Terraform writes first, and what every recovery ends in. */
export const peacetimeIntent = ({ regions }: Fleet): Intent =>
  Object.fromEntries(regions.map(({ id, weight }) => [id, { weight, usable: true }]));

/** Every record that the fleet owns in the zone, in a stable order: each alias after the set it leads to. */
export function planRecords(
  fleet: Fleet,
  deployment: Deployment,
  intent: Intent,
  term: Term,
): readonly RecordSet[] {
  const { regions } = fleet;
  return [
    {
      kind: 'text',
      name: termName(fleet),
      ttlSeconds: termTtlSeconds,
      values: [termText(term)],
    },
    ...regions.flatMap((region) => publishedSets(fleet, deployment, intent, region)),
    ...regions.map((region): AliasSet => ({
      kind: 'alias',
      name: apiName(fleet),
      setIdentifier: region.id,
      weight: intent[region.id]?.weight ?? 0,
      target: regionName(fleet, region.id),
      healthCheckId: deployment.healthCheckIds[region.id] ?? null,
      evaluateTargetHealth: true,
    })),
  ];
}

/**
 * Who answers a region's users, and who would next; what is published of the two is the strategy's.
 *
 * | usable                        | answers                     | next                                   |
 * |-------------------------------|-----------------------------|----------------------------------------|
 * | the region, a standby         | the region                  | the first usable standby               |
 * | the region, no standby        | the region                  | nobody                                 |
 * | not the region, some standby  | the first one               | the second one                         |
 * | none of these, another region | that one                    | the next one                           |
 * | nobody in the fleet           | the region (as in peacetime: everything fails open)                  |
 */
function publishedSets(
  fleet: Fleet,
  deployment: Deployment,
  intent: Intent,
  region: Region,
): readonly AddressSet[] {
  const usable = (ids: readonly RegionId[]) => ids.filter((id) => intent[id]?.usable === true);
  const preferred = [region.id, ...region.standby];
  const [own = region.id, standby] =
    [usable(preferred), usable(fleet.regions.map((r) => r.id))].find((ids) => ids.length > 0) ??
    preferred;
  const place = (id: RegionId) => ({
    region: id,
    addresses: deployment.addresses[id] ?? [],
    healthCheckId: deployment.healthCheckIds[id] ?? null,
  });
  return regionSets(fleet.strategy, {
    name: regionName(fleet, region.id),
    ttlSeconds: region.answerTtlSeconds,
    own: place(own),
    standby: standby === undefined ? null : place(standby),
    // Once somebody else answers, the suspicion has been acted upon.
    isSuspect: own === region.id && intent[region.id]?.isSuspect === true,
  });
}

/** Every address in the record sets of one name. */
export const addressesAt = (records: readonly RecordSet[], name: string): readonly string[] =>
  records.flatMap((r) => (r.kind === 'addresses' && r.name === name ? r.addresses : []));

export const isTerm = (record: RecordSet): record is TextSet =>
  record.kind === 'text' && record.name.startsWith('_term.');

/** The term that stands in the zone; 0 by nobody where none (or none legible) stands. */
export function termOf(records: readonly RecordSet[]): Term {
  const values = records.find(isTerm)?.values ?? [];
  return parseTerm(values[0] ?? '') ?? { number: 0, by: 'nobody' };
}

/**
 * Reads an intent back from the zone, which is how controllers that share nothing else converge. A zone without any
 * member of `api` is a new one and reads as peacetime; a single missing member reads as left.
 */
export function intentOf(
  fleet: Fleet,
  deployment: Deployment,
  records: readonly RecordSet[],
): Intent {
  const aliases = records.filter((r) => r.kind === 'alias');
  if (aliases.length === 0) return peacetimeIntent(fleet);
  const seen = (id: RegionId) => {
    const published = addressesAt(records, regionName(fleet, id));
    const own = deployment.addresses[id] ?? [];
    return {
      weight: aliases.find((alias) => alias.setIdentifier === id)?.weight ?? 0,
      usable: own.some((address) => published.includes(address)),
    };
  };
  return Object.fromEntries(fleet.regions.map(({ id }) => [id, seen(id)]));
}

/** What makes a record set itself: two with one identity cannot stand in one zone. */
export function recordIdentity(record: RecordSet): string {
  if (record.kind === 'alias') return `${record.name} A ${record.setIdentifier}`;
  if (record.kind === 'text') return `${record.name} TXT`;
  return `${record.name} A ${record.member?.setIdentifier ?? ''}`;
}

/**
 * The batch that turns one zone into another: nothing when only the term differs, otherwise the fence first, then a DELETE
 * of what stood at a region's name in another shape (Route 53 suffers no simple set beside a group, nor two kinds of
 * group), then an UPSERT of each record that differs, in the order of the plan: Route 53 reads a batch in order, and an
 * alias needs its target. Other records that are not desired are other people's and stay.
 */
export function diffRecords(
  current: readonly RecordSet[],
  desired: readonly RecordSet[],
): readonly Change[] {
  const standing = new Set(current.map(recordText));
  const changed = desired.filter((record) => !isTerm(record) && !standing.has(recordText(record)));
  const reshaped = current.filter((record) => isReshaped(record, desired));
  if (changed.length === 0 && reshaped.length === 0) return [];
  const change = (action: Change['action']) => (record: RecordSet) => ({ action, record });
  return [
    ...current.filter(isTerm).map(change('DELETE')),
    ...desired.filter(isTerm).map(change('CREATE')),
    ...reshaped.map(change('DELETE')),
    ...changed.map(change('UPSERT')),
  ];
}

/** Addresses whose name is planned without them, or with members that are chosen in another way. */
function isReshaped(record: RecordSet, desired: readonly RecordSet[]): boolean {
  if (record.kind !== 'addresses') return false;
  const planned = desired.filter((r) => r.kind === 'addresses' && r.name === record.name);
  const same = planned.find((r) => recordIdentity(r) === recordIdentity(record));
  if (same?.kind !== 'addresses') return planned.length > 0;
  return same.member?.routing.kind !== record.member?.routing.kind;
}

/** One line that is equal for equal records. The order of addresses says nothing in DNS, so it does not count. */
export function recordText(record: RecordSet): string {
  if (record.kind === 'alias') {
    const { name, setIdentifier, weight, target, healthCheckId, evaluateTargetHealth } = record;
    const sight = evaluateTargetHealth ? 'sighted' : 'blind';
    return `${name} ${setIdentifier} weight ${weight} alias ${target} check ${healthCheckId ?? 'none'} ${sight}`;
  }
  if (record.kind === 'addresses') {
    const { name, ttlSeconds, addresses, member } = record;
    const text = `${name} ${ttlSeconds} A ${[...addresses].sort().join(' ')}`;
    if (member === undefined) return text;
    const { setIdentifier, routing, healthCheckId } = member;
    return `${text} as ${setIdentifier} ${routingText(routing)} check ${healthCheckId ?? 'none'}`;
  }
  return `${record.name} ${record.ttlSeconds} TXT ${record.values.map((v) => `"${v}"`).join(' ')}`;
}
