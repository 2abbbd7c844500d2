// What the other vantages have said: asked for at each beat, dated on this vantage's own clock, and how fresh it still is.
import type { Fleet, VantageId } from '../fleet/fleet.ts';
import type { Observation } from '../fleet/health.ts';
import type { Term } from '../fleet/records.ts';
import { orderLine } from './chronicle.ts';
import type { Chronicle } from './chronicle.ts';
import { clockOffsetMs } from './core/clock-offset.ts';
import { unheardAuthor } from './core/unheard-author.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Clock, PeerReport, Peers } from './ports.ts';

export interface PeerSightsSettings {
  readonly fleet: Fleet;
  readonly vantage: VantageId;
  readonly peers: Peers;
  readonly desk: OrderDesk;
  readonly clock: Clock;
  readonly chronicle: Chronicle;
  readonly metrics: ControllerMetrics;
}

interface PeerSight {
  readonly report: PeerReport;
  readonly askedAtMs: number;
  /** When the peer's view was true. */
  readonly asOfMs: number;
}

export class PeerSights {
  readonly #settings: PeerSightsSettings;
  readonly #sights = new Map<VantageId, PeerSight>();
  /** When the term that stands was read first: reading it again brings no news. */
  #termRead = { number: 0, atMs: Number.NEGATIVE_INFINITY };

  constructor(settings: PeerSightsSettings) {
    this.#settings = settings;
  }

  /** Asks all of them, and takes over the orders that are news. */
  async exchange(): Promise<void> {
    const { peers, desk, fleet, vantage, chronicle } = this.#settings;
    for (const { report, askedAtMs } of await peers.pull()) {
      const known = fleet.vantages.some(({ id }) => id === report.vantage);
      if (!known || report.vantage === vantage) continue;
      const asOfMs = askedAtMs - report.ageMs;
      this.#sights.set(report.vantage, { report, askedAtMs, asOfMs });
      this.#measureClock(report, askedAtMs);
      for (const order of await desk.merge(report.orders, askedAtMs))
        await chronicle.record({ kind: 'order', heardFrom: report.vantage, ...orderLine(order) });
    }
  }

  #measureClock({ vantage: peer, wallMs: theirsWallMs }: PeerReport, askedAtMs: number): void {
    const { clock, metrics } = this.#settings;
    if (theirsWallMs === undefined) return;
    const tookMs = clock.monotonicMs() - askedAtMs;
    const offsetMs = clockOffsetMs({ theirsWallMs, oursWallMs: clock.wallMs(), tookMs });
    metrics.clockOffset.set({ peer }, offsetMs / 1_000);
  }

  /** Whoever has set the term that was read, and has not been heard since; null where nobody is waited for. */
  unheardAuthor(term: Term, readAtMs: number, seenForMs: number): VantageId | null {
    const { number } = term;
    if (number !== this.#termRead.number) this.#termRead = { number, atMs: readAtMs };
    return unheardAuthor({
      ...this.#settings,
      term,
      readAtMs: this.#termRead.atMs,
      seenForMs,
      heardAtMs: (id) => this.#sights.get(id)?.askedAtMs ?? Number.NEGATIVE_INFINITY,
    });
  }

  /** Those that still count. */
  freshReports(): readonly PeerReport[] {
    const { clock, fleet } = this.#settings;
    const sinceMs = clock.monotonicMs() - fleet.steering.observationAgeMsMax;
    return [...this.#sights.values()].flatMap(({ report, asOfMs }) =>
      asOfMs >= sinceMs ? [report] : [],
    );
  }

  /** All of them, with their age. */
  observations(): readonly Observation[] {
    const nowMs = this.#settings.clock.monotonicMs();
    return [...this.#sights.values()].map(({ report, asOfMs }) => ({
      ...report,
      ageMs: nowMs - asOfMs,
    }));
  }
}
