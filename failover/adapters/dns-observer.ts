// Asks every authoritative server directly what it serves: cheap, always up to date, and never through a resolver's cache.
import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { apiName, parseTerm, termName } from '../../fleet/records.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { DnsObserver, ServerView } from '../ports.ts';

const queryTimeoutMsMax = 500;
const triesMax = 1;

export interface DnsObserverSettings {
  readonly fleet: Fleet;
  /** `host:port` or `host`; an IPv6 host in brackets. */
  readonly nameServers: readonly string[];
  readonly timeoutMs?: number;
}

export function dnsObserver({ fleet, nameServers, timeoutMs }: DnsObserverSettings): DnsObserver {
  const timeout = timeoutMs ?? queryTimeoutMsMax;
  const resolvers = new Map<string, Resolver>();
  const resolverFor = async (server: string): Promise<Resolver> => {
    const known = resolvers.get(server);
    if (known !== undefined) return known;
    const resolver = new Resolver({ timeout, tries: triesMax });
    resolver.setServers([await numeric(server)]);
    resolvers.set(server, resolver);
    return resolver;
  };
  return {
    observe: () =>
      Promise.all(
        nameServers.map(async (server): Promise<ServerView> => {
          try {
            return await view(fleet, server, await resolverFor(server));
          } catch (error) {
            return { server, term: null, addresses: [], error: reason(error) };
          }
        }),
      ),
  };
}

async function view(fleet: Fleet, server: string, resolver: Resolver): Promise<ServerView> {
  const [texts, addresses] = await Promise.all([
    resolver.resolveTxt(termName(fleet)).catch(emptyIfAbsent),
    resolver.resolve4(apiName(fleet)).catch(emptyIfAbsent),
  ]);
  const term = parseTerm((texts[0] ?? []).join(''));
  return { server, term: term?.number ?? null, addresses, error: null };
}

/** The server answered that there is no such record; anything else is no answer. */
function emptyIfAbsent(error: unknown): [] {
  const code = reason(error);
  if (code === 'ENODATA' || code === 'ENOTFOUND') return [];
  throw error;
}

const reason = (error: unknown) => String((error as { readonly code?: string }).code ?? error);

/**
 * c-ares takes numbers only. A server's own name comes from the deployment and is looked up once; what a resolver says
 * about the zone itself is never an input (I12).
 */
async function numeric(server: string): Promise<string> {
  const [, host = server, port = '53'] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(server) ?? [];
  const address = isIP(host) > 0 ? host : (await lookup(host)).address;
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
