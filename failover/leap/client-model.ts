// Clients as data: which of the addresses they try and for how long, what they keep of an answer, and when they ask.
import type { Answer } from './published.ts';

/** What a client that keeps its connections does with them. */
export interface Keeping {
  /** After so many the server closes a connection. */
  readonly requestsPerConnection: number;
  /**
   * A connection that nobody answers is waited for after its request was given up, and later requests wait with it for so long;
   * 0: each request makes its own.
   */
  readonly hangsMs: number;
}

/** A clinic that asks nothing before the death, behind a cache of its own. */
export interface Quiet {
  /** It asks for the first time within so long after the death. */
  readonly withinMs: number;
  /** So long before the death its cache was asked last. */
  readonly silentMs: number;
}

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
  /** Null: a fresh connection for each request. */
  readonly keeping: Keeping | null;
  /** Its next request waits for the last one, as it does for a person; else they overlap. */
  readonly waits: boolean;
  /** Null: it asks all the time. */
  readonly quiet: Quiet | null;
}

/**
 * Linux's six repetitions of a SYN are 127 s (tcp_syn_retries, ip-sysctl.rst), and a browser begins its own some 4 s late: until then
 * requests wait with the one on the connection that died. Measured: 131 to 134 s from the death on.
 */
const browserHangsMs = 131_000;

const afterHours: Quiet = { withinMs: 60_000, silentMs: 4 * 3_600_000 };

const plain = {
  everyMs: 1_000,
  addressesMax: 1,
  attemptMs: 1_000,
  lastAttemptMs: 1_000,
  patienceMs: 1_000,
  hostCacheMs: null,
  keeping: null,
  waits: false,
  quiet: null,
} as const;

const happy = {
  ...plain,
  addressesMax: 8,
  attemptMs: 250,
  lastAttemptMs: 5_000,
  patienceMs: 5_000,
} as const;

/** The lab's servers close a connection after so many, or who was once led to the standby would never be struck again. */
export const requestsPerConnection = 20;

/**
 * Times are those of the real programs in the lab (Node 20.20, undici 7.30, curl 7.88, Chromium); the 60 s for which Chromium
 * keeps an answer are from its source.
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
    attemptMs: 283,
    keeping: { requestsPerConnection, hangsMs: 0 },
  },
  {
    ...plain,
    name: 'curl',
    what: 'curl --connect-timeout 5 --max-time 10',
    everyMs: 2_000,
    waits: true,
    addressesMax: 2,
    attemptMs: 3_500,
    lastAttemptMs: 5_000,
    patienceMs: 5_000,
  },
  {
    ...happy,
    name: 'chromium',
    what: 'a browser that keeps an answer for 60 s, and waits for a connection as long as Linux repeats its SYN',
    attemptMs: 330,
    hostCacheMs: 60_000,
    keeping: { requestsPerConnection, hangsMs: browserHangsMs },
  },
  {
    ...plain,
    name: 'quiet-first',
    what: 'first address only, after hours of silence',
    quiet: afterHours,
  },
  {
    ...happy,
    name: 'quiet-node-http',
    what: 'Happy Eyeballs, after hours of silence',
    quiet: afterHours,
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
