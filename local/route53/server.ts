// A strict Route 53 on this machine: its API over HTTP and its zones over DNS, in one call.

import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';

import { listenApi } from './api/listener.ts';
import type { Service } from './api/service.ts';
import { HealthChecks } from './checks/health-checks.ts';
import { probeWithin, realProbeLimits, type ProbeLimits } from './checks/probe.ts';
import { Account, type Moment } from './core/account.ts';
import { nameFromWire } from './core/names.ts';
import { fullBucket, takeToken } from './core/token-bucket.ts';
import { listenDns } from './dns/listener.ts';
import { respond, type Answerer, type QueryEvent } from './dns/message.ts';
import { placeFinder, type PlacedNetwork } from './dns/places.ts';
import { resolve, zoneOf } from './dns/resolve.ts';

export interface Route53Options {
  /** 0, the default, takes any free port. */
  readonly apiPort?: number;
  readonly apiHost?: string;
  readonly dnsPort?: number;
  readonly dnsHost?: string;
  /** From a change's submission to INSYNC, when DNS begins to serve it. */
  readonly pendingMs?: number;
  /** How long a change keeps its zone from taking another; as long as `pendingMs` is the strictest reading. */
  readonly processingMs?: number;
  /** Of the whole account; `Infinity` lifts the limit. */
  readonly requestsPerSecond?: number;
  /** `false` lets a weighted set have several values. */
  readonly oneValuePerWeightedSet?: boolean;
  /** 0.1 makes a 10 s health check ask every second. */
  readonly healthCheckIntervalScale?: number;
  readonly probeLimits?: ProbeLimits;
  /** Where clients are, for latency and geolocation sets; without it everybody is nowhere. */
  readonly places?: readonly PlacedNetwork[];
  readonly nameServers?: readonly string[];
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly onQuery?: (event: QueryEvent) => void;
  readonly onBug?: (error: unknown) => void;
}

export interface Route53 {
  readonly apiUrl: string;
  readonly dnsPort: number;
  close: () => Promise<void>;
}

// Propagation "generally within 60 seconds" at the real service; a laptop should feel the wait, not suffer it.
const pendingMsDefault = 2_000;
const processingMsDefault = 100;
/** Developer Guide, "Amazon Route 53 API requests": five per second per account. */
const requestsPerSecondDefault = 5;

/** `.test` is reserved (RFC 6761), so no resolver ever asks the world for them. */
const nameServersDefault = [1, 2, 3, 4].map((number) => `ns-${number}.route53.test.`);
const idAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const idLength = 20;
/** 2^53 values, all a double holds between 0 and 1. */
const randomUnit = (): number => Number(randomBytes(8).readBigUInt64BE() >> 11n) / 2 ** 53;

const newId = (prefix: 'Z' | 'C'): string =>
  prefix +
  Array.from({ length: idLength }, () => idAlphabet.charAt(randomInt(idAlphabet.length))).join('');

const moment = (): Moment => ({ nowMs: performance.now(), date: new Date() });

function allowance(perSecond: number): () => boolean {
  if (perSecond === Number.POSITIVE_INFINITY) return () => true;
  let bucket = fullBucket(perSecond, performance.now());
  return () => {
    const left = takeToken(bucket, perSecond, performance.now());
    if (left !== null) bucket = left;
    return left !== null;
  };
}

/** An endpoint named in one of our own zones is looked up there, any other as this machine does. */
async function endpointAddress(account: Account, answer: Answerer, domainName: string) {
  const name = nameFromWire(domainName);
  if (name === null || zoneOf(account.servedZones(moment().nowMs), name) === undefined)
    return (await lookup(domainName, { family: 4 })).address;
  const { answers } = answer({ name, owner: domainName, type: 'A', address: '127.0.0.1' });
  for (const record of answers) if (record.type === 'A') return record.data;
  throw new Error(`${domainName} has no address in its zone`);
}

const defaults = {
  apiPort: 0,
  apiHost: '127.0.0.1',
  dnsPort: 0,
  dnsHost: '127.0.0.1',
  pendingMs: pendingMsDefault,
  processingMs: processingMsDefault,
  requestsPerSecond: requestsPerSecondDefault,
  oneValuePerWeightedSet: true,
  healthCheckIntervalScale: 1,
  probeLimits: realProbeLimits,
  places: [],
  nameServers: nameServersDefault,
  random: randomUnit,
  onQuery: () => undefined,
  onBug: (error: unknown) => process.emitWarning(String(error)),
} as const satisfies Required<Route53Options>;

function assemble(options: Required<Route53Options>) {
  const place = placeFinder(options.places);
  const healthChecks: HealthChecks = new HealthChecks({
    probe: probeWithin(options.probeLimits),
    lookup: (domainName) => endpointAddress(account, answer, domainName),
    intervalScale: options.healthCheckIntervalScale,
    wallClock: () => new Date(),
  });
  const account: Account = new Account({
    timing: { pendingMs: options.pendingMs, processingMs: options.processingMs },
    rules: {
      healthCheckExists: (id) => healthChecks.exists(id),
      oneValuePerWeightedSet: options.oneValuePerWeightedSet,
    },
    nameServers: options.nameServers,
  });
  const answer: Answerer = ({ name, owner, type, address }) =>
    resolve(
      account.servedZones(moment().nowMs),
      { name, owner, type },
      {
        random: options.random,
        place: place(address),
        isHealthy: (id) => healthChecks.isHealthy(id),
      },
    );
  const service: Service = {
    account,
    healthChecks,
    moment,
    newId,
    newHealthCheckId: () => randomUUID(),
    answer: (question) => answer({ ...question, owner: question.name }),
  };
  return { answer, healthChecks, service };
}

/** @throws InputError `port-taken` when either port is in use. */
export async function startRoute53(options: Route53Options = {}): Promise<Route53> {
  const settings: Required<Route53Options> = { ...defaults, ...options };
  const { answer, healthChecks, service } = assemble(settings);
  const { onQuery, onBug } = settings;
  const dns = await listenDns({
    host: settings.dnsHost,
    port: settings.dnsPort,
    respond: (packet, asker) => respond(packet, asker, { answer, onQuery, onBug }),
  });
  const api = await listenApi({
    host: settings.apiHost,
    port: settings.apiPort,
    service,
    admit: allowance(settings.requestsPerSecond),
    newRequestId: () => randomUUID(),
    onBug,
  }).catch(async (error: unknown) => {
    await dns.close();
    throw error;
  });
  return {
    apiUrl: api.url,
    dnsPort: dns.port,
    close: async () => {
      healthChecks.stop();
      await Promise.all([api.close(), dns.close()]);
    },
  };
}
