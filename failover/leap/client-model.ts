// Clients as data: which of the addresses they try and for how long, what they keep of an answer, and when they ask.
import type { Answer } from './published.ts';

export interface ClientModel {
  /** As in the rows of the lab. */
  readonly name: string;
  readonly what: string;
  readonly everyMs: number;
  /** How many addresses it tries, and how long after the one before it tries the next. */
  readonly addressesMax: number;
  readonly attemptMs: number;
  /** How long it waits for the last one; Happy Eyeballs has no next address to hurry to. */
  readonly lastAttemptMs: number;
  /** When it gives a request up. */
  readonly patienceMs: number;
  /** How long it keeps an answer at least, whatever its TTL; null keeps none of its own. */
  readonly hostCacheMs: number | null;
  /** It keeps its connection: one that led into the region when it died is given up after its patience, not after a connect. */
  readonly keepsConnection: boolean;
  /** It asks nothing before the death and for up to this long after it, behind a cache that nobody else asks. */
  readonly quietMs: number | null;
}

const plain = {
  everyMs: 1_000,
  addressesMax: 1,
  attemptMs: 1_000,
  lastAttemptMs: 1_000,
  patienceMs: 1_000,
  hostCacheMs: null,
  keepsConnection: false,
  quietMs: null,
} as const;

const happy = {
  ...plain,
  addressesMax: 8,
  attemptMs: 250,
  lastAttemptMs: 5_000,
  patienceMs: 5_000,
} as const;

/**
 * Times are those of first trials with the real programs (Node 20.20, undici 7.30, curl 7.88); Chromium's 60 s are from its
 * source, that it stays with the first address is the worst case, and what keep-alive does was not measured before the lab.
 */
export const clientModels: readonly ClientModel[] = [
  { ...plain, name: 'first', what: 'first address only' },
  {
    ...plain,
    name: 'sequential',
    what: 'one address after another, a second each',
    addressesMax: 8,
    patienceMs: 8_000,
  },
  { ...happy, name: 'node-http', what: 'Happy Eyeballs, the next address after 250 ms' },
  {
    ...happy,
    name: 'undici',
    what: 'Happy Eyeballs, the next address after 283 ms',
    attemptMs: 283,
  },
  {
    ...happy,
    name: 'keep-alive',
    what: 'Happy Eyeballs behind a pool of connections',
    keepsConnection: true,
  },
  {
    ...plain,
    name: 'curl',
    what: 'curl --connect-timeout 5 --max-time 10',
    everyMs: 2_000,
    addressesMax: 2,
    attemptMs: 3_500,
    lastAttemptMs: 5_000,
    patienceMs: 5_000,
  },
  {
    ...plain,
    name: 'chromium',
    what: 'a browser that keeps an answer for 60 s and stays with its first address',
    hostCacheMs: 60_000,
  },
  {
    ...plain,
    name: 'quiet-first',
    what: 'first address only, after hours of silence',
    quietMs: 60_000,
  },
  {
    ...happy,
    name: 'quiet-node-http',
    what: 'Happy Eyeballs, after hours of silence',
    quietMs: 60_000,
  },
];

export interface Attempted {
  readonly ok: boolean;
  readonly tookMs: number;
}

/** Connecting with an answer in hand. The region drops every packet, so that each attempt there ends by the client's own clock. */
export function attempted(client: ClientModel, answer: Answer): Attempted {
  const living = answer.indexOf(true);
  const tookMs = living * client.attemptMs;
  const isTried = living >= 0 && living < client.addressesMax && tookMs < client.patienceMs;
  if (isTried) return { ok: true, tookMs };
  const tried = Math.min(answer.length, client.addressesMax);
  const allMs = Math.max(0, tried - 1) * client.attemptMs + client.lastAttemptMs;
  return { ok: false, tookMs: Math.min(allMs, client.patienceMs) };
}
