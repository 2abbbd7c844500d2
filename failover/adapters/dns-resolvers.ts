// Asks resolvers what users of the fleet would be told: those that are named, or the ones that this machine uses.
import { getServers, Resolver } from 'node:dns/promises';
import type { ResolverAnswer } from '../resolver-watch.ts';

const timeoutMs = 2_000;
const resolversMax = 8;

export interface DnsResolversSettings {
  readonly name: string;
  /** `address` or `address:port`; none for those of this machine. */
  readonly servers: readonly string[];
}

export function dnsResolvers({ name, servers }: DnsResolversSettings) {
  const asked = (servers.length > 0 ? servers : getServers()).slice(0, resolversMax);
  const resolvers = asked.map((server) => {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    resolver.setServers([server]);
    return { server, resolver };
  });
  return (): Promise<readonly ResolverAnswer[]> =>
    Promise.all(
      resolvers.map(async ({ server, resolver }) => ({
        resolver: server,
        // That a name does not exist, or that nobody answers, is seen by its users in other ways.
        addresses: await resolver.resolve4(name).catch(() => null),
      })),
    );
}
