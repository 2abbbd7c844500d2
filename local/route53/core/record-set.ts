// The words of a zone: record sets, how they route, and what they hold.

export const recordTypes = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'MX',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'TXT',
] as const;
export type RecordType = (typeof recordTypes)[number];

export interface GeoLocation {
  readonly continent?: string;
  /** ISO 3166-1 alpha-2, or `*` for the default set. */
  readonly country?: string;
  readonly subdivision?: string;
}

export type Routing =
  | { readonly kind: 'simple' }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'latency'; readonly region: string }
  | { readonly kind: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' }
  | { readonly kind: 'geolocation'; readonly location: GeoLocation }
  | { readonly kind: 'multivalue' };

export type Content =
  | { readonly kind: 'values'; readonly ttlSeconds: number; readonly values: readonly string[] }
  | {
      readonly kind: 'alias';
      readonly hostedZoneId: string;
      readonly dnsName: string;
      readonly evaluateTargetHealth: boolean;
    };

export interface RecordSet {
  readonly name: string;
  readonly type: RecordType;
  /** Absent exactly when the routing is simple. */
  readonly setIdentifier?: string;
  readonly routing: Routing;
  readonly content: Content;
  readonly healthCheckId?: string;
}

export interface Change {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly set: RecordSet;
}

/** Name, type and set identifier are what makes a record set itself. */
export const isSameSet = (a: RecordSet, b: RecordSet): boolean =>
  a.name === b.name && a.type === b.type && a.setIdentifier === b.setIdentifier;

const sortedValues = (values: readonly string[]): string => JSON.stringify([...values].sort());

const sameContent = (a: Content, b: Content): boolean => {
  if (a.kind === 'alias')
    return (
      b.kind === 'alias' &&
      a.dnsName === b.dnsName &&
      a.hostedZoneId === b.hostedZoneId &&
      a.evaluateTargetHealth === b.evaluateTargetHealth
    );
  return (
    b.kind === 'values' &&
    a.ttlSeconds === b.ttlSeconds &&
    sortedValues(a.values) === sortedValues(b.values)
  );
};

const routingText = (routing: Routing): string => {
  if (routing.kind !== 'geolocation') return JSON.stringify(routing);
  const { continent, country, subdivision } = routing.location;
  return [continent, country, subdivision].join('/');
};

/** A DELETE must state all the values of the set as it stands; the order of values does not matter. */
export const isExactMatch = (a: RecordSet, b: RecordSet): boolean =>
  isSameSet(a, b) &&
  a.healthCheckId === b.healthCheckId &&
  routingText(a.routing) === routingText(b.routing) &&
  sameContent(a.content, b.content);
