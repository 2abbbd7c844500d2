// Which caches stand in a testbed: each profile several times over, every one a process with an address and a memory of its own.
import { join } from 'node:path';
import { labAddress } from '../../../failover/lab/network.ts';
import type { ResolverProfile } from '../../../failover/lab/resolvers/resolver-profile.ts';
import type { PlacedResolver } from '../../../failover/lab/resolvers/resolver-program.ts';

/** Processes and not names: caches that share a process share its prefetching and its packet cache, too. */
export type Cache = PlacedResolver;

const network = 60;
/** .1 is the router's. */
const firstHost = 2;
const cachesMax = 253;

interface Placement {
  readonly profiles: readonly ResolverProfile[];
  readonly copies: number;
  readonly upstream: string;
  readonly directory: string;
}

export function placedCaches(placement: Placement): readonly Cache[] {
  const { profiles, copies, upstream, directory } = placement;
  const wanted = profiles.flatMap((profile) =>
    Array.from({ length: copies }, (_, copy) => ({ profile, name: `${profile.id}#${copy + 1}` })),
  );
  if (wanted.length > cachesMax)
    throw new RangeError(`${wanted.length} caches are more than one /24 holds`);
  return wanted.map(({ profile, name }, index) => ({
    name,
    profile,
    site: {
      address: labAddress(network, firstHost + index),
      upstream,
      directory: join(directory, name.replace('#', '-')),
    },
  }));
}
