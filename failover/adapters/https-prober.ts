// Asks a region the way its users do: TLS to each of its addresses, readiness every beat, a real inference now and then.
import { Blob } from 'node:buffer';
import { createSecureContext } from 'node:tls';
import { Agent, FormData, Pool, request } from 'undici';
import { apiName } from '../../fleet/records.ts';
import type { Deployment, Fleet, Region } from '../../fleet/fleet.ts';
import type { ProbeFailure } from '../../fleet/health.ts';
import type { RequestCounters } from '../core/request-counters.ts';
import type { AddressProbe, Clock, Prober, RegionProbe } from '../ports.ts';
import { askStatus } from './ask-status.ts';
import { failureOf } from './probe-failure.ts';
import { requestCountersIn } from './service-metrics.ts';
import { tcpConnect } from './tcp-connect.ts';
import { within } from './within.ts';

export interface GoldenInput {
  readonly model: string;
  readonly label: string;
  readonly image: Uint8Array;
  readonly probability: number;
}

export interface HttpsProberSettings {
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  /** Where a region answers on another port than the fleet says. */
  readonly ports: Readonly<Record<string, number>>;
  /** PEM; null trusts what the system trusts. */
  readonly ca: string | null;
  readonly golden: GoldenInput | null;
  readonly clock: Clock;
}

export interface HttpsProber extends Prober {
  close(): Promise<void>;
}

/** Engines agree on logits within 1e-4; a wrong model, a wrong picture or broken preprocessing differs by far more. */
const probabilityTolerance = 0.02;
/** Old connections outlive a listener that takes no new ones, so each is given up after this many probes at least. */
const requestsPerConnectionMin = 4;
/** A handshake costs as much as ten probes over a connection that stands: with many endpoints they are rationed. */
const handshakesPerSecondMax = 50;
/** One for readiness and one for the inference, which may take seconds. */
const connectionsMax = 2;
const answerBytesMax = 64 * 1024;
const metricsBytesMax = 512 * 1024;
/** A request that was sent and waits; shorter than any server's keep-alive would be pointless at one probe a second. */
const keepAliveMs = 10_000;

export function httpsProber(settings: HttpsProberSettings): HttpsProber {
  const { fleet, golden, clock } = settings;
  const agent = agentFor(settings, {
    connections: connectionsMax,
    maxResponseSize: answerBytesMax,
  });
  // Apart from the probes, which it would delay.
  const metricsAgent = agentFor(settings, { connections: 1, maxResponseSize: metricsBytesMax });
  const addressesOf = ({ id }: Region) => settings.deployment.addresses[id] ?? [];
  const portOf = (region: Region) => settings.ports[region.id] ?? region.port;
  const everyAddress = async (region: Region, ask: AskAddress): Promise<RegionProbe> => {
    const probes = addressesOf(region).map((address) =>
      timed(address, clock, () => ask(`https://${address}:${portOf(region)}`)),
    );
    return combined(region, await Promise.all(probes), clock.monotonicMs());
  };
  return {
    probe: (region) => everyAddress(region, (origin) => askReadiness(agent, fleet, origin)),
    golden: async (region) => {
      if (golden === null) return null;
      const shedding: string[] = [];
      const probe = await everyAddress(region, async (origin) => {
        const asking = askGolden(agent, fleet, origin, golden);
        const failure = await within(fleet.probe.goldenTimeoutMs, asking);
        if (failure !== 'shedding') return failure;
        shedding.push(origin);
        return null;
      });
      return shedding.length === probe.addresses.length ? null : probe;
    },
    connect: (region) =>
      Promise.all(
        addressesOf(region).map(async (host) => {
          const { connectTimeoutMs: timeoutMs } = fleet.probe;
          return {
            address: host,
            reach: await tcpConnect({ host, port: portOf(region), timeoutMs }),
          };
        }),
      ),
    requests: async (region) => {
      const asked = addressesOf(region).map((address) =>
        within(
          fleet.probe.goldenTimeoutMs,
          askRequests(metricsAgent, fleet, `https://${address}:${portOf(region)}`),
        ),
      );
      // Whoever does not say is judged by the probes alone.
      return (await Promise.all(asked.map((one) => one.catch(() => [])))).flat();
    },
    close: async () => {
      await Promise.all([agent.destroy(), metricsAgent.destroy()]);
    },
  };
}

function agentFor(
  settings: HttpsProberSettings,
  limits: { readonly connections: number; readonly maxResponseSize: number },
): Agent {
  const { fleet, ca } = settings;
  const requestsMin = requestsPerConnection(settings);
  let pools = 0;
  return new Agent({
    ...limits,
    // Connections that all began with the first beat must not all be made anew in the same one.
    factory: (origin, options) =>
      new Pool(origin, {
        ...(options as Pool.Options),
        maxRequestsPerClient: requestsMin + (pools++ % requestsMin),
      }),
    keepAliveTimeout: keepAliveMs,
    connect: {
      timeout: fleet.probe.connectTimeoutMs,
      // The name in the certificate, whatever the address: a wrong machine fails the handshake (I12).
      servername: apiName(fleet),
      // Made once: with each connection it would be read and built anew.
      secureContext: createSecureContext(ca === null ? {} : { ca }),
    },
  });
}

function requestsPerConnection({ fleet, deployment }: HttpsProberSettings): number {
  const endpoints = fleet.regions.flatMap(({ id }) => deployment.addresses[id] ?? []).length;
  const probesPerSecond = (endpoints * 1_000) / fleet.probe.intervalMs;
  return Math.max(requestsPerConnectionMin, Math.ceil(probesPerSecond / handshakesPerSecondMax));
}

type Failure = { readonly kind: ProbeFailure; readonly detail: string } | null;
type AskAddress = (origin: string) => Promise<Failure>;

async function timed(
  address: string,
  clock: Clock,
  ask: () => Promise<Failure>,
): Promise<AddressProbe> {
  const fromMs = clock.monotonicMs();
  const failure = await ask().catch(failureOf);
  return { address, tookMs: clock.monotonicMs() - fromMs, failure };
}

/**
 * A region answers when any of its addresses does: with the others gone most clients still reach it, and leaving it would
 * cost them all a longer way. The addresses that fail are reported, for people and for the metrics.
 */
function combined(region: Region, addresses: readonly AddressProbe[], atMs: number): RegionProbe {
  const tookMs = Math.max(0, ...addresses.map((a) => a.tookMs));
  const failed = addresses.flatMap(({ address, failure }) =>
    failure === null ? [] : [{ address, ...failure }],
  );
  const [first] = failed;
  const common = { region: region.id, atMs, tookMs };
  if (first === undefined || failed.length < addresses.length)
    return { result: { ok: true, ...common }, addresses };
  const detail = failed.map((f) => `${f.address} ${f.detail}`).join('; ');
  return { result: { ok: false, ...common, failure: first.kind, detail }, addresses };
}

async function askReadiness(agent: Agent, fleet: Fleet, origin: string): Promise<Failure> {
  const { timeoutMs } = fleet.probe;
  return unlessOk(
    await askStatus(agent, { origin, path: '/readyz', host: apiName(fleet), timeoutMs }),
  );
}

/** Addresses may lead to one machine: its counters then come twice, and are the same. */
async function askRequests(
  agent: Agent,
  fleet: Fleet,
  origin: string,
): Promise<readonly RequestCounters[]> {
  const { goldenTimeoutMs } = fleet.probe;
  const answer = await request(`${origin}/metrics`, {
    dispatcher: agent,
    headers: { host: apiName(fleet) },
    signal: AbortSignal.timeout(goldenTimeoutMs),
  });
  const text = await answer.body.text();
  return answer.statusCode === 200 ? requestCountersIn(text) : [];
}

const unlessOk = (statusCode: number): Failure =>
  statusCode === 200 ? null : { kind: 'status', detail: `status ${statusCode}` };

/**
 * A region that is up but reads wrongly is worse than one that is down. `shedding` (429 or 503 with Retry-After) is no
 * failure: it answers, and leaving it would push its load onto the next one.
 */
async function askGolden(
  agent: Agent,
  fleet: Fleet,
  origin: string,
  golden: GoldenInput,
): Promise<Failure | 'shedding'> {
  const body = new FormData();
  body.set('model', golden.model);
  body.set('image', new Blob([golden.image]), 'golden.png');
  const answer = await request(`${origin}/v1/studies`, {
    method: 'POST',
    dispatcher: agent,
    headers: { host: apiName(fleet), 'cache-control': 'no-store' },
    body,
    signal: AbortSignal.timeout(fleet.probe.goldenTimeoutMs),
  });
  const text = await answer.body.text();
  const busy = answer.statusCode === 429 || answer.statusCode === 503;
  if (busy && answer.headers['retry-after'] !== undefined) return 'shedding';
  return unlessOk(answer.statusCode) ?? judge(text, golden);
}

function judge(text: string, { label, probability }: GoldenInput): Failure {
  const found = findingIn(text, label);
  if (found !== null && Math.abs(found - probability) <= probabilityTolerance) return null;
  return {
    kind: 'wrong-answer',
    detail: `${label} ${found ?? 'missing'} where ${probability} +- ${probabilityTolerance} is right`,
  };
}

/** The probability of the label in a reading; null for an answer of any other form. */
function findingIn(text: string, label: string): number | null {
  try {
    const { findings } = JSON.parse(text) as {
      readonly findings: readonly { readonly label: string; readonly probability: number }[];
    };
    const probability: unknown = findings.find((f) => f.label === label)?.probability;
    return typeof probability === 'number' ? probability : null;
  } catch {
    return null;
  }
}
