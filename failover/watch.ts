// One vantage's eyes: probes every region at each beat, keeps the streaks, and says what it believes.
import type { Fleet, Region, RegionId, VantageId } from '../fleet/fleet.ts';
import { addResult, freshStreak } from '../fleet/health.ts';
import type { Observation, Opinion, Streak } from '../fleet/health.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Clock, Prober, RegionProbe } from './ports.ts';

export interface WatchSettings {
  readonly fleet: Fleet;
  readonly vantage: VantageId;
  readonly prober: Prober;
  readonly clock: Clock;
  readonly metrics: ControllerMetrics;
}

/** Readiness and real inference are judged apart: a region that reads wrongly answers its readiness probe well. */
export interface RegionStreaks {
  readonly ready: Streak;
  readonly golden: Streak;
}

/**
 * A deadline that comes this late was held up by this vantage's own machine, which says nothing about the region. Such a
 * failure counts for nothing; a vantage that stays so slow soon has no fresh opinion, and abstains.
 */
const lateMsMax = 200;

export class Watch {
  readonly #settings: WatchSettings;
  readonly #ready = new Map<RegionId, Streak>();
  readonly #golden = new Map<RegionId, Streak>();
  readonly #goldenAskedMs = new Map<RegionId, number>();
  readonly #goldenRunning = new Map<RegionId, Promise<unknown>>();

  constructor(settings: WatchSettings) {
    this.#settings = settings;
  }

  /** One probe of every region, bounded by the probe's own deadline. Inferences are started and not waited for. */
  async beat(): Promise<void> {
    const { fleet, prober } = this.#settings;
    await Promise.all(
      fleet.regions.map(async (region) => {
        this.#add('ready', this.#ready, await prober.probe(region));
        if (this.#goldenIsDue(region)) this.#startGolden(region);
      }),
    );
  }

  streaks(id: RegionId): RegionStreaks {
    return {
      ready: this.#ready.get(id) ?? freshStreak,
      golden: this.#golden.get(id) ?? freshStreak,
    };
  }

  /** Either is down: the region is down. A region that has not read anything yet is judged by its readiness alone. */
  opinion(id: RegionId): Opinion {
    const { ready, golden } = this.streaks(id);
    return golden.opinion === 'down' ? 'down' : ready.opinion;
  }

  /** As old as its oldest part: a controller that was paused must not pass yesterday's view for today's. */
  observation(): Observation {
    const { fleet, vantage, clock } = this.#settings;
    const seenMs = fleet.regions.map(({ id }) => this.streaks(id).ready.lastAtMs);
    return {
      vantage,
      opinions: Object.fromEntries(fleet.regions.map(({ id }) => [id, this.opinion(id)])),
      ageMs: clock.monotonicMs() - Math.min(...seenMs),
    };
  }

  /** Resolves when no inference is on its way. */
  async idle(): Promise<void> {
    await Promise.all(this.#goldenRunning.values());
  }

  /**
   * At its slow beat while all is well, at every beat while it fails (else three misses would take a minute), and not at
   * all while the region does not even answer.
   */
  #goldenIsDue({ id }: Region): boolean {
    const { fleet, clock } = this.#settings;
    const { ready, golden } = this.streaks(id);
    if (ready.failures > 0 || this.#goldenRunning.has(id)) return false;
    if (golden.failures > 0 || golden.opinion === 'down') return true;
    const lastMs = this.#goldenAskedMs.get(id) ?? Number.NEGATIVE_INFINITY;
    return clock.monotonicMs() - lastMs >= fleet.probe.goldenIntervalMs;
  }

  #startGolden(region: Region): void {
    const { clock, metrics } = this.#settings;
    this.#goldenAskedMs.set(region.id, clock.monotonicMs());
    const running: Promise<unknown> = this.#askGolden(region)
      .catch(() => metrics.faults.inc({ where: 'golden' }))
      .finally(() => this.#goldenRunning.delete(region.id));
    this.#goldenRunning.set(region.id, running);
  }

  async #askGolden(region: Region): Promise<void> {
    const probe = await this.#settings.prober.golden(region);
    if (probe !== null) this.#add('golden', this.#golden, probe);
  }

  #add(kind: 'ready' | 'golden', streaks: Map<RegionId, Streak>, probe: RegionProbe): void {
    const { fleet, metrics } = this.#settings;
    const { region, ok, tookMs } = probe.result;
    const deadlineMs = kind === 'ready' ? fleet.probe.timeoutMs : fleet.probe.goldenTimeoutMs;
    if (!ok && tookMs > deadlineMs + lateMsMax) {
      metrics.faults.inc({ where: 'late-deadline' });
      return;
    }
    streaks.set(region, addResult(streaks.get(region) ?? freshStreak, probe.result, fleet.probe));
    metrics.probed(kind, probe);
    const opinion = this.opinion(region);
    metrics.opinion.set({ region }, opinion === 'unknown' ? -1 : Number(opinion === 'up'));
  }
}
