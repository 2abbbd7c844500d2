// The faults that a local region or vantage can suffer, and the words in which supervisor, region and vantage speak of them.
import { InputError } from '../fleet/errors.ts';

/** What each fault does to a region, for help texts, runbooks and reports. */
export const regionFaultMeaning = {
  kill: 'the region dies at once (SIGKILL) and comes back when the fault ends',
  freeze: 'the region stops running but keeps its sockets (SIGSTOP), as when a host hangs',
  refuse: 'the region refuses and resets every connection while its processes run on',
  slow: 'every answer of the region takes three seconds more',
  isolate: 'packets to and from the region vanish while its processes run on',
  grey: 'the region says it is ready, and uploads vanish on their way, as on a path that drops large packets',
  zone: 'one of three zones is dark: every third connection is reset',
  short: 'a third of the region’s processing time is gone and no new capacity comes',
  starve: 'two thirds of the region’s processing time are gone and no new capacity comes',
  flag: 'the region’s flag is raised: its health check fails while it answers on',
} as const;

export type FaultKind = keyof typeof regionFaultMeaning;
const faultKinds = Object.keys(regionFaultMeaning) as readonly FaultKind[];

export const vantageFaultMeaning = {
  kill: 'the vantage dies at once (SIGKILL) and comes back when the fault ends',
  freeze: 'the vantage stops running (SIGSTOP) and wakes with what it believed before',
  'cut-api': 'the vantage reaches the DNS service’s API no more',
  'cut-regions': 'the vantage reaches no region',
  'cut-peers': 'the vantage and the others hear nothing of each other',
} as const;

export type VantageFaultKind = keyof typeof vantageFaultMeaning;
const vantageFaultKinds = Object.keys(vantageFaultMeaning) as readonly VantageFaultKind[];

export const slowAnswerMs = 3_000;
/** Probes of readiness and TLS handshakes stay far below it, four of them on one connection; every film is above it. */
export const greyBytesMax = 16 * 1024;
export const zoneCount = 3;
/** The share of the time for which a region without its capacity stands still. */
export const idleShare = { short: 1 / 3, starve: 2 / 3 } as const;

/** The faults that a region's balancer inflicts; the others befall its processes. */
const balancerFaults = ['refuse', 'slow', 'isolate', 'grey', 'zone'] as const;
export type BalancerFault = (typeof balancerFaults)[number];

export const isBalancerFault = (fault: string): fault is BalancerFault =>
  balancerFaults.some((one) => one === fault);

/** Sent by the supervisor to a region process; `none` ends the fault. */
export interface FaultMessage {
  readonly fault: BalancerFault | 'none';
}

export const isFaultMessage = (message: unknown): message is FaultMessage =>
  typeof message === 'object' && message !== null && 'fault' in message;

/** Sent by the supervisor to a vantage process: every `host:port` that it reaches no more. */
export interface SeverMessage {
  readonly sever: readonly string[];
}

export const isSeverMessage = (message: unknown): message is SeverMessage =>
  typeof message === 'object' && message !== null && 'sever' in message;

export function parseFaultKind(text: string): FaultKind {
  const kind = faultKinds.find((k) => k === text);
  if (kind !== undefined) return kind;
  throw unknownFault(text, 'a region', regionFaultMeaning);
}

export function parseVantageFaultKind(text: string): VantageFaultKind {
  const kind = vantageFaultKinds.find((k) => k === text);
  if (kind !== undefined) return kind;
  throw unknownFault(text, 'a vantage', vantageFaultMeaning);
}

const unknownFault = (text: string, whose: string, meaning: Readonly<Record<string, string>>) =>
  new InputError('unknown-fault', {
    found: `There is no fault "${text}" of ${whose}`,
    why: 'A drill inflicts one of the faults the local fleet knows',
    remedy: `Use one of: ${Object.entries(meaning)
      .map(([kind, what]) => `${kind} (${what})`)
      .join('; ')}`,
  });
