// Asks the other vantages what they see. Whoever is late, silent or malformed counts for nobody at this beat.
import { Agent, request } from 'undici';
import type { VantageId } from '../../fleet/fleet.ts';
import type { Opinion } from '../../fleet/health.ts';
import type { Clock, OrderInTransit, PeerReport, Peers } from '../ports.ts';

export interface PeerAddress {
  readonly vantage: VantageId;
  readonly url: string;
}

export interface HttpPeersSettings {
  readonly peers: readonly PeerAddress[];
  readonly clock: Clock;
  readonly timeoutMs: number;
}

const reportBytesMax = 256 * 1024;
const ordersMax = 64;
const textLengthMax = 500;

export interface HttpPeers extends Peers {
  close(): Promise<void>;
}

export function httpPeers({ peers, clock, timeoutMs }: HttpPeersSettings): HttpPeers {
  const agent = new Agent({
    connections: 1,
    connect: { timeout: timeoutMs },
    maxResponseSize: reportBytesMax,
  });
  const ask = async ({ vantage, url }: PeerAddress) => {
    const askedAtMs = clock.monotonicMs();
    try {
      const answer = await request(new URL('/observation', url), {
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await answer.body.text();
      const report = answer.statusCode === 200 ? parseReport(text) : null;
      // A vantage speaks for itself only: two that claim one name must not make a quorum.
      return report?.vantage === vantage ? [{ report, askedAtMs }] : [];
    } catch {
      return [];
    }
  };
  return {
    pull: async () => (await Promise.all(peers.map(ask))).flat(),
    close: () => agent.destroy(),
  };
}

/** Null for anything but a well-formed report. */
export function parseReport(text: string): PeerReport | null {
  const report = recordOf(parseJson(text));
  const { vantage, ageMs, orders } = report;
  if (typeof vantage !== 'string' || !isCount(ageMs) || !Array.isArray(orders)) return null;
  const opinions = Object.entries(recordOf(report['opinions'])).filter(isOpinion);
  return {
    vantage: vantage as VantageId,
    opinions: Object.fromEntries(opinions),
    ageMs,
    orders: orders.slice(0, ordersMax).filter(isOrder),
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

const isText = (value: unknown) => typeof value === 'string' && value.length <= textLengthMax;

function isOrder(value: unknown): value is OrderInTransit {
  const { id, serial, region, kind, reason, actor, remainingMs } = recordOf(value);
  return (
    [id, region, reason, actor].every(isText) &&
    (kind === 'drain' || kind === 'restore') &&
    Number.isSafeInteger(serial) &&
    isCount(remainingMs)
  );
}
