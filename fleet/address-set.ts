// A record set of addresses: alone at its name, or one member of a group from which each query is answered.

/**
 * How a member of a group is chosen (Developer Guide of Route 53, "Choosing a routing policy"). A group shares its name, and
 * only what routes alike; a weighted member holds one address.
 */
export type Routing =
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' };

export interface Member {
  readonly setIdentifier: string;
  readonly routing: Routing;
  readonly healthCheckId: string | null;
}

export interface AddressSet {
  readonly kind: 'addresses';
  readonly name: string;
  readonly ttlSeconds: number;
  readonly addresses: readonly string[];
  /** Absent where the set stands alone at its name: the only shape that holds several addresses and ports to every provider. */
  readonly member?: Member;
}

export const routingText = (routing: Routing): string =>
  routing.kind === 'weighted' ? `weight ${routing.weight}` : `failover ${routing.role}`;
