// The zone as data: what is published for an intent, what is read back from it, and what differs between the two.
import type { Deployment, Fleet, Region, RegionId } from './fleet.ts';

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

/** A simple A record set: the only shape that holds several addresses and ports to every provider. */
export interface AddressSet {
  readonly kind: 'addresses';
  readonly name: string;
  readonly ttlSeconds: number;
  readonly addresses: readonly string[];
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
  Record<RegionId, { readonly weight: number; readonly usable: boolean }>
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
    ...regions.map((region): AddressSet => ({
      kind: 'addresses',
      name: regionName(fleet, region.id),
      ttlSeconds: region.answerTtlSeconds,
      addresses: publishedAddresses(fleet, deployment, intent, region),
    })),
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
 * What a region's users are told.
 *
 * | usable                        | first                       | then, with strategy `multi`            |
 * |-------------------------------|-----------------------------|----------------------------------------|
 * | the region, a standby         | its own addresses           | some of the first usable standby       |
 * | the region, no standby        | its own addresses           | nothing                                |
 * | not the region, some standby  | all of the first one        | some of the second one                 |
 * | none of these, another region | all of that one             | some of the next one                   |
 * | nobody in the fleet           | its own addresses (as in peacetime: everything fails open)           |
 */
function publishedAddresses(
  { regions, strategy }: Fleet,
  { addresses }: Deployment,
  intent: Intent,
  region: Region,
): readonly string[] {
  const usable = (ids: readonly RegionId[]) => ids.filter((id) => intent[id]?.usable === true);
  const preferred = [region.id, ...region.standby];
  const [own, hedge] =
    [usable(preferred), usable(regions.map((r) => r.id))].find((ids) => ids.length > 0) ??
    preferred;
  const first = own === undefined ? [] : (addresses[own] ?? []);
  if (strategy.kind === 'single' || hedge === undefined) return first;
  // Route 53 refuses a literal duplicate, and 3 of 5 resolvers would count it twice: distinct addresses only.
  const distinct = (addresses[hedge] ?? []).filter((address) => !first.includes(address));
  return [...first, ...distinct.slice(0, strategy.standbyAddresses)];
}

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
  const sets = records.filter((r) => r.kind === 'addresses');
  const seen = (id: RegionId) => {
    const published = sets.find((set) => set.name === regionName(fleet, id))?.addresses ?? [];
    const own = deployment.addresses[id] ?? [];
    return {
      weight: aliases.find((alias) => alias.setIdentifier === id)?.weight ?? 0,
      usable: own.some((address) => published.includes(address)),
    };
  };
  return Object.fromEntries(fleet.regions.map(({ id }) => [id, seen(id)]));
}

/**
 * The batch that turns one zone into another: nothing when only the term differs, otherwise the fence first and then an
 * UPSERT of each record that differs, in the order of the plan: Route 53 reads a batch in order, and an alias needs its
 * target. Records that are not desired are other people's and stay.
 */
export function diffRecords(
  current: readonly RecordSet[],
  desired: readonly RecordSet[],
): readonly Change[] {
  const standing = new Set(current.map(recordText));
  const changed = desired.filter((record) => !isTerm(record) && !standing.has(recordText(record)));
  if (changed.length === 0) return [];
  const change = (action: Change['action']) => (record: RecordSet) => ({ action, record });
  return [
    ...current.filter(isTerm).map(change('DELETE')),
    ...desired.filter(isTerm).map(change('CREATE')),
    ...changed.map(change('UPSERT')),
  ];
}

/** One line that is equal for equal records. The order of addresses says nothing in DNS, so it does not count. */
export function recordText(record: RecordSet): string {
  if (record.kind === 'alias') {
    const { name, setIdentifier, weight, target, healthCheckId, evaluateTargetHealth } = record;
    const sight = evaluateTargetHealth ? 'sighted' : 'blind';
    return `${name} ${setIdentifier} weight ${weight} alias ${target} check ${healthCheckId ?? 'none'} ${sight}`;
  }
  if (record.kind === 'addresses')
    return `${record.name} ${record.ttlSeconds} A ${[...record.addresses].sort().join(' ')}`;
  return `${record.name} ${record.ttlSeconds} TXT ${record.values.map((v) => `"${v}"`).join(' ')}`;
}
