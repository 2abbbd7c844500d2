// One vantage's eyes: probes every region at each beat, keeps what they tell, and says what it believes.
import type { Fleet, Region, RegionId, VantageId } from '../fleet/fleet.ts';
import { addResult, freshStreak, worstOpinion } from '../fleet/health.ts';
import type { Observation, Opinion, Streak } from '../fleet/health.ts';
import { CanaryWatch } from './canary-watch.ts';
import { EndpointWatch } from './endpoint-watch.ts';
import { GreyWatch } from './grey-watch.ts';
import { LoadWatch } from './load-watch.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Canaries, Clock, Prober, RegionProbe } from './ports.ts';
import { measureSenses, opinionNumber } from './sense-metrics.ts';

export interface WatchSettings {
  readonly fleet: Fleet;
  readonly vantage: VantageId;
  readonly prober: Prober;
  readonly canaries: Canaries;
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
/** Six times within the window over which a service's own counts are judged. */
const requestReadingsPerWindow = 6;
const noteLengthMax = 200;

export class Watch {
  readonly endpoints: EndpointWatch;
  readonly grey: GreyWatch;
  readonly sight: CanaryWatch;
  readonly load = new LoadWatch();
  readonly #settings: WatchSettings;
  readonly #ready = new Map<RegionId, Streak>();
  readonly #golden = new Map<RegionId, Streak>();
  readonly #goldenAskedMs = new Map<RegionId, number>();
  readonly #requestsAskedMs = new Map<RegionId, number>();
  /** Inferences and readings that are on their way: beats go on without them. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(settings: WatchSettings) {
    const { probe } = settings.fleet;
    this.#settings = settings;
    this.endpoints = new EndpointWatch(probe);
    this.grey = new GreyWatch(probe);
    this.sight = new CanaryWatch({ ...settings, probe });
    settings.metrics.onScrape(() => this.#measure());
  }

  /** One probe of every region, bounded by the probe's own deadline. Inferences are started and not waited for. */
  async beat(): Promise<void> {
    const { fleet } = this.#settings;
    await Promise.all([this.sight.beat(), ...fleet.regions.map((region) => this.#probe(region))]);
    for (const { id: region } of fleet.regions)
      this.#settings.metrics.opinion.set({ region }, opinionNumber(this.opinion(region)));
  }

  streaks(id: RegionId): RegionStreaks {
    return {
      ready: this.#ready.get(id) ?? freshStreak,
      golden: this.#golden.get(id) ?? freshStreak,
    };
  }

  /**
   * | canaries | readiness, inference         | grey    | opinion                             |
   * |----------|------------------------------|---------|-------------------------------------|
   * | missed   | any                          | any     | unknown: this vantage is blind      |
   * | reached  | either is down               | any     | down                                |
   * | reached  | neither is down              | found   | down                                |
   * | reached  | one is returning             | not     | unknown                             |
   * | reached  | ready, nothing read as yet   | not     | up                                  |
   * | reached  | both up                      | not     | up                                  |
   */
  opinion(id: RegionId): Opinion {
    if (this.sight.abstains !== null) return 'unknown';
    const { ready, golden } = this.streaks(id);
    return this.grey.worst(id) === null ? worstOpinion([ready, golden]) : 'down';
  }

  /** The last probe got no answer: far less than an opinion. */
  isMissing = (id: RegionId): boolean => this.streaks(id).ready.failures > 0;

  /** What the opinion rests on, in a few words; null where there is nothing to explain. */
  note(id: RegionId): string | null {
    const { ready, golden } = this.streaks(id);
    const fault = this.endpoints.fault(id);
    const at = fault === null ? '' : ` (${fault} at fault)`;
    const said = [
      ready.opinion === 'up' ? null : `ready: ${ready.lastFailure ?? 'not asked yet'}${at}`,
      golden.opinion === 'down' ? `golden: ${golden.lastFailure ?? ''}` : null,
      this.grey.worst(id),
    ].filter((text) => text !== null);
    return said.length === 0 ? null : said.join('; ').slice(0, noteLengthMax);
  }

  /** As old as its oldest part: a controller that was paused must not pass yesterday's view for today's. */
  observation(): Observation {
    const { fleet, vantage, clock } = this.#settings;
    const ids = fleet.regions.map(({ id }) => id);
    const seenMs = ids.map((id) => this.streaks(id).ready.lastAtMs);
    const { abstains } = this.sight;
    const notes = ids.flatMap((id) => {
      const note = this.note(id);
      return note === null ? [] : [[id, note] as const];
    });
    return {
      vantage,
      opinions: Object.fromEntries(ids.map((id) => [id, this.opinion(id)])),
      ageMs: clock.monotonicMs() - Math.min(...seenMs),
      notes: Object.fromEntries(notes),
      ...(abstains === null ? {} : { abstains }),
    };
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #probe(region: Region): Promise<void> {
    const { prober, clock } = this.#settings;
    const wantsReach = this.endpoints.hasFailures(region.id);
    const [probe, reaches] = await Promise.all([
      prober.probe(region),
      wantsReach ? prober.connect(region) : [],
    ]);
    this.#add('ready', this.#ready, probe);
    this.endpoints.addReaches(region.id, reaches, clock.monotonicMs());
    this.grey.judge(region.id, clock.monotonicMs());
    if (this.#goldenIsDue(region)) this.#startGolden(region);
    if (this.#requestsAreDue(region)) this.#startRequests(region);
  }

  /**
   * At its slow beat while all is well, at every beat while it fails or looks grey (else three misses would take a minute),
   * and not at all while the region does not even answer.
   */
  #goldenIsDue({ id }: Region): boolean {
    const { fleet, clock } = this.#settings;
    const { ready, golden } = this.streaks(id);
    if (ready.failures > 0 || this.#running.has(`golden ${id}`)) return false;
    if (golden.failures > 0 || (golden.stage !== 'up' && golden.stage !== 'new')) return true;
    const nowMs = clock.monotonicMs();
    const lastMs = this.#goldenAskedMs.get(id) ?? Number.NEGATIVE_INFINITY;
    return nowMs - lastMs >= fleet.probe.goldenIntervalMs || this.grey.wantsGolden(id);
  }

  #startGolden(region: Region): void {
    const { clock, prober } = this.#settings;
    this.#goldenAskedMs.set(region.id, clock.monotonicMs());
    this.#start('golden', region, async () => {
      const probe = await prober.golden(region);
      if (probe !== null) this.#add('golden', this.#golden, probe);
    });
  }

  #requestsAreDue({ id }: Region): boolean {
    const { fleet, clock } = this.#settings;
    if (this.streaks(id).ready.failures > 0 || this.#running.has(`requests ${id}`)) return false;
    const lastMs = this.#requestsAskedMs.get(id) ?? Number.NEGATIVE_INFINITY;
    const everyMs = fleet.probe.grey.windowMs / requestReadingsPerWindow;
    return clock.monotonicMs() - lastMs >= everyMs;
  }

  #startRequests(region: Region): void {
    const { clock, prober } = this.#settings;
    this.#requestsAskedMs.set(region.id, clock.monotonicMs());
    this.#start('requests', region, async () => {
      const met = await prober.requests(region);
      this.grey.addRequests(region.id, met, clock.monotonicMs());
      this.load.add(region.id, met, clock.monotonicMs());
    });
  }

  #start(what: 'golden' | 'requests', { id }: Region, work: () => Promise<void>): void {
    const key = `${what} ${id}`;
    const running: Promise<unknown> = work()
      .catch(() => this.#settings.metrics.faults.inc({ where: what }))
      .finally(() => this.#running.delete(key));
    this.#running.set(key, running);
  }

  #add(kind: 'ready' | 'golden', streaks: Map<RegionId, Streak>, probe: RegionProbe): void {
    const { fleet, metrics } = this.#settings;
    const { region, ok, tookMs, atMs } = probe.result;
    const deadlineMs = kind === 'ready' ? fleet.probe.timeoutMs : fleet.probe.goldenTimeoutMs;
    if (!ok && tookMs > deadlineMs + lateMsMax) {
      metrics.faults.inc({ where: 'late-deadline' });
      return;
    }
    const streak = addResult(streaks.get(region) ?? freshStreak, probe.result, fleet.probe);
    streaks.set(region, streak);
    this.endpoints.addProbes(region, kind, probe.addresses, atMs);
    // An outright outage is the streak's to judge, and must not look like a share of errors when it is over.
    if (streak.failures <= fleet.probe.failuresToDown)
      this.grey.addProbe(region, kind, probe.result);
    metrics.probed(kind, probe);
  }

  #measure(): void {
    const { fleet, metrics, clock } = this.#settings;
    for (const { id } of fleet.regions) measureSenses(metrics, this, id, clock.monotonicMs());
  }
}
