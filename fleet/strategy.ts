// What a region's users are told besides its own addresses: each strategy as the record sets that it puts at the region's name.
import type { AddressSet, Routing } from './address-set.ts';
import type { Strategy } from './fleet.ts';

type StrategyOf<Kind extends Strategy['kind']> = Extract<Strategy, { readonly kind: Kind }>;

/** A region as its users are told of it. */
interface Place {
  readonly region: string;
  readonly addresses: readonly string[];
  readonly healthCheckId: string | null;
}

export interface Told {
  readonly name: string;
  readonly ttlSeconds: number;
  /** Who answers: the region itself, or who stands in for it. */
  readonly own: Place;
  /** Who would answer next; null where nobody would, and then every strategy is `single`. */
  readonly standby: Place | null;
  /** Somebody suspects the region. */
  readonly isSuspect: boolean;
}

type Hedged = Told & { readonly standby: Place };

const weightOfAll = 255;

/** The record sets of one region's name, in a stable order. */
export function regionSets(strategy: Strategy, told: Told): readonly AddressSet[] {
  const { standby } = told;
  if (standby === null) return single(told);
  const hedged = { ...told, standby: without(standby, told.own.addresses) };
  switch (strategy.kind) {
    case 'single':
      return single(told);
    case 'failover':
      return failover(hedged);
    case 'weighted':
      return weighted(hedged);
    case 'hedge':
      return hedge(hedged, strategy);
    case 'duplicate-sets':
      return duplicateSets(hedged, strategy);
    case 'multi':
      return multi(hedged, strategy);
    case 'literal':
      return literal(hedged, strategy);
    case 'widen':
      return widen(hedged, strategy);
  }
}

/** A standby that shares an address with the region has none to add there. */
const without = (place: Place, taken: readonly string[]): Place => ({
  ...place,
  addresses: place.addresses.filter((address) => !taken.includes(address)),
});

const alone = ({ name, ttlSeconds }: Told, addresses: readonly string[]): AddressSet => ({
  kind: 'addresses',
  name,
  ttlSeconds,
  addresses,
});

const single = (told: Told): readonly AddressSet[] => [alone(told, told.own.addresses)];

/** Route 53 refuses a literal duplicate, and 3 of 5 resolvers would count it twice: distinct addresses only. */
const multi = (told: Hedged, { standbyAddresses }: StrategyOf<'multi'>): readonly AddressSet[] => [
  alone(told, [...told.own.addresses, ...told.standby.addresses.slice(0, standbyAddresses)]),
];

const literal = (told: Hedged, { copies }: StrategyOf<'literal'>): readonly AddressSet[] => [
  alone(told, [
    ...told.own.addresses,
    ...told.standby.addresses.slice(0, 1).flatMap((address) => Array<string>(copies).fill(address)),
  ]),
];

/** The short TTL is worth its queries only while nobody knows; after the rewrite the usual one stands again. */
const widen = (told: Hedged, { ttlSeconds }: StrategyOf<'widen'>): readonly AddressSet[] =>
  told.isSuspect
    ? [
        alone({ ...told, ttlSeconds: Math.min(ttlSeconds, told.ttlSeconds) }, [
          ...told.own.addresses,
          ...told.standby.addresses,
        ]),
      ]
    : single(told);

/** Each role may hold several addresses: only weighted members may not. */
const failover = (told: Hedged): readonly AddressSet[] =>
  told.standby.addresses.length === 0
    ? single(told)
    : (['PRIMARY', 'SECONDARY'] as const).map((role): AddressSet => {
        const { addresses, healthCheckId } = role === 'PRIMARY' ? told.own : told.standby;
        const routing: Routing = { kind: 'failover', role };
        // Called by its role, not by its region: who is primary then changes in place, never with two of a kind.
        return {
          ...alone(told, addresses),
          member: { setIdentifier: role.toLowerCase(), routing, healthCheckId },
        };
      });

/** Answers with the standby only when every health check of the region fails: Route 53 reads weight 0 so. */
const weighted = (told: Hedged): readonly AddressSet[] =>
  groupOf(told, {
    own: told.own.addresses.map(() => weightOfAll),
    standby: told.standby.addresses.map(() => 0),
  });

/** Each side's share is split over its addresses: three own and two of the standby at 1 : 1 weigh 2, 2, 2 and 3, 3. */
function hedge(told: Hedged, { own, standby }: StrategyOf<'hedge'>): readonly AddressSet[] {
  const weights = spreadWeights(
    [own, told.own.addresses.length],
    [standby, told.standby.addresses.length],
  );
  return groupOf(told, {
    own: told.own.addresses.map(() => weights.own),
    standby: told.standby.addresses.map(() => weights.standby),
  });
}

/** The weight of each address, so that the sides come out as their shares say, in the smallest whole numbers. */
export function spreadWeights(
  [ownShare, ownCount]: readonly [share: number, count: number],
  [standbyShare, standbyCount]: readonly [share: number, count: number],
): { readonly own: number; readonly standby: number } {
  const [own, standby] = [ownShare * standbyCount, standbyShare * ownCount];
  const divisor = Math.max(1, greatestCommonDivisor(own, standby));
  return { own: own / divisor, standby: standby / divisor };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/** One own set for each of the region's addresses, and for each of these `copies` sets of the standby: equal weights throughout. */
function duplicateSets(
  told: Hedged,
  { copies }: StrategyOf<'duplicate-sets'>,
): readonly AddressSet[] {
  const { standby } = told;
  const wanted = standby.addresses.length === 0 ? 0 : told.own.addresses.length * copies;
  const repeated = Array.from(
    { length: wanted },
    (_, i) => standby.addresses[i % standby.addresses.length] ?? '',
  );
  return groupOf(
    { ...told, standby: { ...standby, addresses: repeated } },
    { own: told.own.addresses.map(() => 1), standby: repeated.map(() => 1) },
  );
}

/** One weighted member for each address: "You can only specify one ResourceRecord per weighted resource record set." */
function groupOf(
  told: Hedged,
  weights: { readonly own: readonly number[]; readonly standby: readonly number[] },
): readonly AddressSet[] {
  if (told.standby.addresses.length === 0) return single(told);
  const members = ({ region, addresses, healthCheckId }: Place, each: readonly number[]) =>
    addresses.map((address, i): AddressSet => ({
      ...alone(told, [address]),
      member: {
        setIdentifier: `${region}-${i + 1}`,
        routing: { kind: 'weighted', weight: each[i] ?? 0 },
        healthCheckId,
      },
    }));
  return [...members(told.own, weights.own), ...members(told.standby, weights.standby)];
}
