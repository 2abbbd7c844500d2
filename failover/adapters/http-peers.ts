// Asks the other vantages what they see, over TLS in which both prove who they are. Whoever is late, silent, malformed or
// somebody else counts for nobody at this beat, and why is said.
import { request } from 'undici';
import type { Agent } from 'undici';
import { regionId } from '../../fleet/fleet.ts';
import type { VantageId } from '../../fleet/fleet.ts';
import type { Opinion } from '../../fleet/health.ts';
import type { RaisedFlag } from '../core/raised-flags.ts';
import { commandIn } from '../core/command.ts';
import type { Clock, OrderInTransit, PeerReport, Peers } from '../ports.ts';
import type { Credentials } from './credentials.ts';
import { callFaultOf, callingAgent } from './mutual-tls.ts';
import type { CallFault } from './mutual-tls.ts';
import { within } from './within.ts';

export interface PeerAddress {
  readonly vantage: VantageId;
  readonly url: string;
}

export interface HttpPeersSettings {
  readonly peers: readonly PeerAddress[];
  readonly zone: string;
  /** As they are now: they are renewed while the process runs. */
  readonly credentials: () => Credentials;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Told at each beat how asking ended; null when a report was heard. */
  readonly onAsked?: (vantage: VantageId, fault: CallFault | null) => void;
  /** Told whenever a peer has shown a certificate. */
  readonly onCertificate?: (vantage: VantageId, notAfterMs: number) => void;
}

const reportBytesMax = 256 * 1024;
const ordersMax = 64;
const notesMax = 64;
const flagsMax = 16;
const textLengthMax = 500;

export interface HttpPeers extends Peers {
  close(): Promise<void>;
}

export function httpPeers(settings: HttpPeersSettings): HttpPeers {
  const { peers, clock, timeoutMs, onAsked } = settings;
  const lines = peers.map((peer) => new PeerLine(peer, settings));
  const ask = async (line: PeerLine) => {
    const askedAtMs = clock.monotonicMs();
    const heard = await within(timeoutMs, line.ask()).catch(callFaultOf);
    onAsked?.(line.vantage, typeof heard === 'string' ? heard : null);
    return typeof heard === 'string' ? [] : [{ report: heard, askedAtMs }];
  };
  return {
    pull: async () => (await Promise.all(lines.map(ask))).flat(),
    close: async () => {
      await Promise.all(lines.map((line) => line.close()));
    },
  };
}

/** The connection to one peer. It is kept between beats, and never for longer than the certificates that it rests on. */
class PeerLine {
  readonly vantage: VantageId;
  readonly #url: URL;
  readonly #settings: HttpPeersSettings;
  #credentials: Credentials | null = null;
  #agent: Agent | null = null;
  #endsAtWallMs = Number.POSITIVE_INFINITY;

  constructor({ vantage, url }: PeerAddress, settings: HttpPeersSettings) {
    this.vantage = vantage;
    this.#url = new URL('/observation', url);
    this.#settings = settings;
  }

  async ask(): Promise<PeerReport | CallFault> {
    const { statusCode, body } = await request(this.#url, {
      dispatcher: await this.#connection(),
      signal: AbortSignal.timeout(this.#settings.timeoutMs),
    });
    const text = await body.text();
    if (statusCode === 403) return 'refused';
    const report = statusCode === 200 ? parseReport(text) : null;
    if (report === null) return 'malformed';
    // A vantage speaks for itself only: two that claim one name must not make a quorum.
    return report.vantage === this.vantage ? report : 'wrong-identity';
  }

  async close(): Promise<void> {
    await this.#agent?.destroy();
  }

  async #connection(): Promise<Agent> {
    const { clock, zone, timeoutMs, onCertificate } = this.#settings;
    const credentials = this.#settings.credentials();
    const isStale = credentials !== this.#credentials || clock.wallMs() >= this.#endsAtWallMs;
    if (this.#agent !== null && !isStale) return this.#agent;
    await this.close();
    this.#credentials = credentials;
    this.#endsAtWallMs = Number.POSITIVE_INFINITY;
    this.#agent = callingAgent({
      credentials,
      zone,
      expected: { role: 'vantage', name: this.vantage },
      timeoutMs,
      responseBytesMax: reportBytesMax,
      onAnswered: (notAfterMs) => {
        this.#endsAtWallMs = notAfterMs;
        onCertificate?.(this.vantage, notAfterMs);
      },
    });
    return this.#agent;
  }
}

/** Null for anything but a well-formed report. */
export function parseReport(text: string): PeerReport | null {
  const report = recordOf(parseJson(text));
  const { vantage, ageMs, orders, abstains, wallMs } = report;
  if (typeof vantage !== 'string' || !isCount(ageMs) || !Array.isArray(orders)) return null;
  const opinions = Object.entries(recordOf(report['opinions'])).filter(isOpinion);
  const notes = Object.entries(recordOf(report['notes']))
    .slice(0, notesMax)
    .filter((entry): entry is [string, string] => isText(entry[1]));
  return {
    vantage: vantage as VantageId,
    opinions: Object.fromEntries(opinions),
    notes: Object.fromEntries(notes),
    ...(isText(abstains) ? { abstains } : {}),
    ...(isCount(wallMs) ? { wallMs } : {}),
    ageMs,
    orders: orders.slice(0, ordersMax).filter(isOrder),
    ...flagsIn(report['flags']),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isOpinion = (entry: [string, unknown]): entry is [string, Opinion] =>
  entry[1] === 'up' || entry[1] === 'down' || entry[1] === 'unknown';

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= textLengthMax;

function flagsIn(value: unknown): Pick<PeerReport, 'flags'> {
  if (!Array.isArray(value)) return {};
  const flags = value.slice(0, flagsMax).flatMap((one: unknown): RaisedFlag[] => {
    const { region, reason, actor, until } = recordOf(one);
    return isText(region) && isText(reason) && isText(actor) && isText(until)
      ? [{ region: regionId(region), reason, actor, until }]
      : [];
  });
  return { flags };
}

function isOrder(value: unknown): value is OrderInTransit {
  const order = recordOf(value);
  const { id, serial, region, gate, reason, actor, remainingMs } = order;
  return (
    [id, reason, actor].every(isText) &&
    [region ?? '', gate ?? ''].every(isText) &&
    commandIn(order) !== null &&
    Number.isSafeInteger(serial) &&
    isCount(remainingMs)
  );
}
