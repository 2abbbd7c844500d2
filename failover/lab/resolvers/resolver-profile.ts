// The recursive resolvers of the testbed as data: five programs as Debian ships them, and the variants that move a TTL.

export const resolverSoftware = ['unbound', 'bind', 'knot', 'pdns', 'dnsmasq'] as const;
export type ResolverSoftware = (typeof resolverSoftware)[number];

/** What a variant changes; everything that is absent is the program's own default. */
export interface ResolverOptions {
  /** `false` switches off what a program does by itself. */
  readonly prefetch?: boolean;
  /** Old answers are given at once, or only once the authoritative servers were silent for a while. */
  readonly stale?: 'at-once' | 'after-timeout';
  readonly ttlSecondsMin?: number;
  /** `false`: every answer is put together anew. */
  readonly packetCache?: boolean;
}

export interface ResolverProfile {
  /** Names the profile in every row of the results. */
  readonly id: string;
  readonly software: ResolverSoftware;
  readonly options: ResolverOptions;
}

/** Where one of them runs: it listens and asks from this address, so that the zone's server can tell them apart. */
export interface ResolverSite {
  readonly address: string;
  /** The authoritative server that everything is forwarded to. */
  readonly upstream: string;
  /** Its own, for its files and its cache. */
  readonly directory: string;
}

export interface ResolverLaunch {
  /** By their names within the site's directory. */
  readonly files: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...string[]];
}

/** Some operators hold every answer for at least this long; PAM 2023 found 8.74 % of resolvers that extend TTLs. */
const ttlSecondsMinClamped = 30;

const clamped = { ttlSecondsMin: ttlSecondsMinClamped } as const;

const variants: Readonly<Record<ResolverSoftware, Readonly<Record<string, ResolverOptions>>>> = {
  unbound: {
    default: {},
    prefetch: { prefetch: true },
    'stale-at-once': { stale: 'at-once' },
    'stale-after-timeout': { stale: 'after-timeout' },
    'min-ttl': clamped,
  },
  bind: {
    default: {},
    'no-prefetch': { prefetch: false },
    'stale-after-timeout': { stale: 'after-timeout' },
    'min-ttl': clamped,
  },
  knot: {
    default: {},
    prefetch: { prefetch: true },
    'stale-after-timeout': { stale: 'after-timeout' },
    'min-ttl': clamped,
  },
  pdns: {
    default: {},
    prefetch: { prefetch: true },
    'stale-after-timeout': { stale: 'after-timeout' },
    'no-packet-cache': { packetCache: false },
    'min-ttl': clamped,
  },
  dnsmasq: {
    default: {},
    'stale-at-once': { stale: 'at-once' },
    'min-ttl': clamped,
  },
};

export const resolverProfiles: readonly ResolverProfile[] = resolverSoftware.flatMap((software) =>
  Object.entries(variants[software]).map(([variant, options]) => ({
    id: variant === 'default' ? software : `${software}+${variant}`,
    software,
    options,
  })),
);
