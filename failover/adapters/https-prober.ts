// Asks a region the way its users do: TLS to each of its addresses, readiness every beat, a real inference now and then.
import { Blob } from 'node:buffer';
import { Agent, FormData, request } from 'undici';
import type { Dispatcher } from 'undici';
import { apiName } from '../../fleet/records.ts';
import type { Deployment, Fleet, Region } from '../../fleet/fleet.ts';
import type { ProbeFailure } from '../../fleet/health.ts';
import type { AddressProbe, Clock, Prober, RegionProbe } from '../ports.ts';
import { failureOf } from './probe-failure.ts';

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
/** Old connections outlive a listener that takes no new ones, so each is given up after this many probes. */
const requestsPerConnectionMax = 4;
/** One for readiness and one for the inference, which may take seconds. */
const connectionsMax = 2;
const answerBytesMax = 64 * 1024;
/** A request that was sent and waits; shorter than any server's keep-alive would be pointless at one probe a second. */
const keepAliveMs = 10_000;

export function httpsProber(settings: HttpsProberSettings): HttpsProber {
  const { fleet, golden, clock } = settings;
  const agent = new Agent({
    connections: connectionsMax,
    maxRequestsPerClient: requestsPerConnectionMax,
    keepAliveTimeout: keepAliveMs,
    maxResponseSize: answerBytesMax,
    connect: {
      timeout: fleet.probe.connectTimeoutMs,
      // The name in the certificate, whatever the address: a wrong machine fails the handshake (I12).
      servername: apiName(fleet),
      ...(settings.ca === null ? {} : { ca: settings.ca }),
    },
  });
  const everyAddress = async (region: Region, ask: AskAddress): Promise<RegionProbe> => {
    const addresses = settings.deployment.addresses[region.id] ?? [];
    const port = settings.ports[region.id] ?? region.port;
    const probes = addresses.map((address) =>
      timed(address, clock, () => ask(`https://${address}:${port}`)),
    );
    return combined(region, await Promise.all(probes), clock.monotonicMs());
  };
  return {
    probe: (region) => everyAddress(region, (origin) => askReadiness(agent, fleet, origin)),
    golden: async (region) => {
      if (golden === null) return null;
      const shedding: string[] = [];
      const probe = await everyAddress(region, async (origin) => {
        const failure = await askGolden(agent, fleet, origin, golden);
        if (failure !== 'shedding') return failure;
        shedding.push(origin);
        return null;
      });
      return shedding.length === probe.addresses.length ? null : probe;
    },
    close: () => agent.destroy(),
  };
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
  const answer = await request(`${origin}/readyz`, {
    dispatcher: agent,
    headers: { host: apiName(fleet) },
    signal: AbortSignal.timeout(fleet.probe.timeoutMs),
  });
  // Read to its end and bounded: dumping it would pass over an answer that is cut short or never ends.
  await answer.body.text();
  return unlessOk(answer);
}

const unlessOk = ({ statusCode }: Dispatcher.ResponseData): Failure =>
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
  return unlessOk(answer) ?? judge(text, golden);
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
