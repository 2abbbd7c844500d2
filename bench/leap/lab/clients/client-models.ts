// Clients as programs really have them. Each sends one request, and says only whether it was answered.
import { request as httpRequest } from 'node:http';
import { Agent, request as undiciRequest } from 'undici';
import type { CacheLookup } from './cache-lookup.ts';

/** Resolves when an answer came, rejects when none did. */
export type Send = () => Promise<void>;

export interface Target {
  readonly name: string;
  readonly port: number;
  readonly path: string;
}

/** A dropped SYN is repeated after 1 s, so that a client that waits for less sees one SYN only. */
const connectTimeoutMs = 1_000;
/** After this long a user has lost patience, whatever the program would go on to try. */
const patienceMs = 5_000;

/** Takes the first address and knows no other: many programs with `gethostbyname()`, and any that retries by itself. */
export const firstAddress =
  (cache: CacheLookup, target: Target): Send =>
  async () => {
    const [first = ''] = await cache.addresses();
    await exchange({ ...target, address: first });
  };

/** One address after another, each until its connection fails: Python, Java, Go without its fallback, PHP. */
export const sequential =
  (cache: CacheLookup, target: Target): Send =>
  async () => {
    let last: unknown = new Error(`${target.name} has no address`);
    for (const address of await cache.addresses())
      try {
        await exchange({ ...target, address });
        return;
      } catch (error) {
        last = error;
      }
    throw last;
  };

/** Node's own client as it comes: Happy Eyeballs over all addresses, each for 250 ms (RFC 8305 without its overlap). */
export const nodeHttp =
  (cache: CacheLookup, { name, port, path }: Target): Send =>
  () =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        host: name,
        port,
        path,
        agent: false,
        lookup: cache.lookup,
        timeout: patienceMs,
      });
      outgoing.on('response', (response) => response.resume().on('end', resolve));
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
      outgoing.on('error', reject);
      outgoing.end();
    });

/** undici with a fresh connection for each request. */
export const undici = (cache: CacheLookup, target: Target): Send => withAgent(cache, target, true);

/**
 * undici with its pool as it comes: the next request goes out on the connection of the last one, which leads to a dead region
 * and says nothing of it until somebody's patience ends.
 */
export const keepAlive = (cache: CacheLookup, target: Target): Send =>
  withAgent(cache, target, false);

function withAgent(cache: CacheLookup, { name, port, path }: Target, reset: boolean): Send {
  const dispatcher = new Agent({
    connect: { lookup: cache.lookup, autoSelectFamily: true, timeout: patienceMs },
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
  });
  return async () => {
    const { body } = await undiciRequest(`http://${name}:${port}${path}`, { dispatcher, reset });
    await body.dump();
  };
}

/** One request to one address on a connection of its own. */
function exchange({ address, name, port, path }: Target & { readonly address: string }) {
  return new Promise<void>((resolve, reject) => {
    const outgoing = httpRequest({
      host: address,
      port,
      path,
      agent: false,
      headers: { host: name },
      timeout: connectTimeoutMs,
    });
    // Of a socket that is still connecting `timeout` means the connection, of one that waits the answer.
    outgoing.on('response', (response) => response.resume().on('end', resolve));
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
