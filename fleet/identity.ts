// Who somebody is to the controllers, as a certificate says it: exactly one URI name (SPIFFE) in the fleet's own trust domain.

/**
 * - `vantage`: asks the others what they see.
 * - `operator`: a person; sees everything and gives orders.
 * - `monitor`: collects metrics, and nothing else.
 */
const roles = ['vantage', 'operator', 'monitor'] as const;
export type Role = (typeof roles)[number];

export interface Identity {
  readonly role: Role;
  readonly name: string;
}

const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const isIdentityName = (name: string): boolean => namePattern.test(name);

/** The zone is the trust domain: a certificate of another environment opens nothing here. */
export const identityUri = (zone: string, { role, name }: Identity): string =>
  `spiffe://${zone}/${role}/${name}`;

export const identityText = ({ role, name }: Identity): string => `${role} ${name}`;

/**
 * From the alternative names of a certificate in Node's notation, `URI:..., DNS:...`. Node quotes a name that could be taken for
 * two; nobody honest has such a name.
 *
 * | names                                  | identity |
 * |----------------------------------------|----------|
 * | one URI of this zone, known role, name | that one |
 * | no URI, or two                         | none     |
 * | a URI of another zone or shape         | none     |
 * | anything quoted                        | none     |
 */
export function identityFrom(zone: string, alternativeNames: string | undefined): Identity | null {
  if (alternativeNames === undefined || alternativeNames.includes('"')) return null;
  const uris = alternativeNames.split(', ').filter((entry) => entry.startsWith('URI:'));
  const [uri = ''] = uris;
  const prefix = `URI:spiffe://${zone}/`;
  if (uris.length !== 1 || !uri.startsWith(prefix)) return null;
  const [said = '', name = '', ...more] = uri.slice(prefix.length).split('/');
  const role = roles.find((known) => known === said);
  return role === undefined || more.length > 0 || !isIdentityName(name) ? null : { role, name };
}

export const isSameIdentity = (one: Identity | null, other: Identity): boolean =>
  one !== null && one.role === other.role && one.name === other.name;
