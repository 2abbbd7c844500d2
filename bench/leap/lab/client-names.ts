// The client models of the experiment by name, and who of them shares a cache with whom.

/**
 * - `first`: the first address of each answer and no other.
 * - `sequential`: one address after another, a second each.
 * - `node-http`, `undici`: Happy Eyeballs, as the two come.
 * - `keep-alive`: undici with its pool, whose connections lead into the region when it dies.
 * - `curl`: a process for each request, with the system's own stub resolver.
 * - `chromium`: with a host cache and connections of its own.
 * - `quiet-first`, `quiet-node-http`: clinics that ask again only after the failure, behind caches that nobody else asks.
 */
export const clientNames = [
  'first',
  'sequential',
  'node-http',
  'undici',
  'keep-alive',
  'curl',
  'chromium',
  'quiet-first',
  'quiet-node-http',
] as const;
export type ClientName = (typeof clientNames)[number];

export const isQuiet = (client: string): boolean => client.startsWith('quiet-');
