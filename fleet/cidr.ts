// IPv4 networks in CIDR notation (RFC 4632): what one covers, whether two overlap, and how one is divided.

export interface Cidr {
  /** The first address, as an unsigned 32-bit number. */
  readonly first: number;
  readonly prefix: number;
}

const pattern = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Null where the text is no network: an octet or a prefix out of range, or bits set behind the prefix. */
export function parseCidr(text: string): Cidr | null {
  const parts = pattern.exec(text)?.slice(1).map(Number) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = parts;
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return null;
  const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  return first % sizeOf(prefix) === 0 ? { first, prefix } : null;
}

const sizeOf = (prefix: number) => 2 ** (32 - prefix);

const lastOf = ({ first, prefix }: Cidr) => first + sizeOf(prefix) - 1;

export const overlaps = (a: Cidr, b: Cidr): boolean => a.first <= lastOf(b) && b.first <= lastOf(a);

const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Within the address space of RFC 1918. */
export const isPrivate = (network: Cidr): boolean =>
  privateNetworks
    .map(parseCidr)
    .some(
      (space) => space !== null && space.first <= network.first && lastOf(network) <= lastOf(space),
    );

/**
 * The `index`-th network of length `prefix` within `network`, e.g. ('10.1.0.0/16', 20, 2) -> '10.1.32.0/20'.
 * Throws where there is none: the fleet was checked, so that is a bug.
 */
export function subnetOf(network: string, prefix: number, index: number): string {
  const parent = parseCidr(network);
  const first = (parent?.first ?? 0) + index * sizeOf(prefix);
  if (parent === null || prefix < parent.prefix || first > lastOf(parent))
    throw new Error(`${network} has no subnet ${index} of length ${prefix}`);
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join('.')}/${prefix}`;
}
