// The shell of one vantage: probe, exchange, look at the zone, decide, write; once per beat, for as long as it lives.
import { isTransientError } from '../fleet/errors.ts';
import type { Deployment, Fleet, VantageId } from '../fleet/fleet.ts';
import type { Observation } from '../fleet/health.ts';
import { diffRecords, intentOf, planRecords, termOf } from '../fleet/records.ts';
import type { Intent } from '../fleet/records.ts';
import { refusals } from '../fleet/refusals.ts';
import { Chronicle, orderLine } from './chronicle.ts';
import type { Order } from './core/orders.ts';
import { steer } from './core/steer.ts';
import type { SteerOutput } from './core/steer.ts';
import { budgetLeft, freshState } from './core/steer-state.ts';
import type { SteerState } from './core/steer-state.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { OrderDesk } from './order-desk.ts';
import type {
  Clock,
  DnsObserver,
  Journal,
  Peers,
  PeerReport,
  Prober,
  RecordStore,
  ServerView,
} from './ports.ts';
import { reconcile } from './reconcile.ts';
import { Watch } from './watch.ts';
import { ZoneWriter } from './zone-writer.ts';
import type { Progress, Snapshot } from './zone-writer.ts';

export interface ControllerSettings {
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  readonly vantage: VantageId;
  readonly desk: OrderDesk;
  readonly metrics: ControllerMetrics;
  readonly store: RecordStore;
  readonly prober: Prober;
  readonly dns: DnsObserver;
  readonly peers: Peers;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What the last beat saw and decided; null parts were not reached yet. */
export interface Beat {
  readonly views: readonly ServerView[];
  readonly observations: readonly Observation[];
  readonly decision: SteerOutput | null;
  /** What became of the batch, or why there was none. */
  readonly progress: Progress | 'nothing-to-do' | 'refused' | 'zone-unread' | 'repair-waits';
}

interface PeerSight {
  readonly report: PeerReport;
  /** When the peer's view was true, on this process's monotonic clock. */
  readonly asOfMs: number;
}

const journalTailLines = 200;

export class Controller {
  readonly watch: Watch;
  readonly writer: ZoneWriter;
  readonly chronicle: Chronicle;
  readonly settings: ControllerSettings;
  readonly #sights = new Map<VantageId, PeerSight>();
  readonly #stopping = new AbortController();
  #state: SteerState;
  #running: Promise<void> | null = null;
  #ticking: Promise<void> | null = null;
  #beat: Beat = { views: [], observations: [], decision: null, progress: 'zone-unread' };

  constructor(settings: ControllerSettings) {
    const { store, clock, metrics, random } = settings;
    this.settings = settings;
    this.watch = new Watch(settings);
    this.chronicle = new Chronicle(settings);
    const { chronicle } = this;
    this.writer = new ZoneWriter({ store, clock, metrics, random, chronicle });
    this.#state = freshState(settings.fleet);
  }

  get beat(): Beat {
    return this.#beat;
  }

  get budget() {
    return budgetLeft(this.#state, this.settings.fleet);
  }

  /** Reads what the last run left, then beats until it is stopped. Resolves when it beats. */
  async start(): Promise<void> {
    const before = await this.settings.journal.tail(journalTailLines).catch(() => []);
    this.writer.follow([]);
    await this.writer.idle();
    const found = reconcile(before, this.writer.snapshot?.records ?? null, this.settings.vantage);
    await this.chronicle.record({ kind: 'started', vantage: this.settings.vantage });
    if (found !== null) await this.chronicle.record(found);
    this.#running = this.#run();
  }

  /** Ends after the call that is on its way, so that the journal has its outcome. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.idle();
    await this.chronicle.record({ kind: 'stopped', vantage: this.settings.vantage });
  }

  async idle(): Promise<void> {
    await this.#ticking;
    await this.writer.idle();
    await this.watch.idle();
  }

  async #run(): Promise<void> {
    const { clock, fleet } = this.settings;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const beganMs = clock.monotonicMs();
      await this.tick();
      const leftMs = fleet.probe.intervalMs - (clock.monotonicMs() - beganMs);
      await clock.sleep(Math.max(0, leftMs), signal);
    }
  }

  /** One beat. Beats never overlap: one that is asked for during another is that one. */
  tick(): Promise<void> {
    this.#ticking ??= this.#tick()
      .catch((error: unknown) => this.#survive(error))
      .finally(() => {
        this.#ticking = null;
      });
    return this.#ticking;
  }

  async #tick(): Promise<void> {
    const { dns, desk } = this.settings;
    const [views] = await Promise.all([dns.observe(), this.watch.beat(), this.#exchange()]);
    this.writer.follow(views);
    const observations = this.#observations();
    const snapshot = this.writer.snapshot;
    if (snapshot === null) {
      this.#beat = { views, observations, decision: null, progress: 'zone-unread' };
      return;
    }
    const decision = this.#decide(snapshot, observations, desk.standing());
    await this.#tell(decision);
    const progress = await this.#act(snapshot, decision);
    this.#beat = { views, observations, decision, progress };
    this.#measure(snapshot, decision);
  }

  async #exchange(): Promise<void> {
    const { peers, desk, fleet, vantage } = this.settings;
    for (const { report, askedAtMs } of await peers.pull()) {
      const known = fleet.vantages.some(({ id }) => id === report.vantage);
      if (!known || report.vantage === vantage) continue;
      this.#sights.set(report.vantage, { report, asOfMs: askedAtMs - report.ageMs });
      for (const order of await desk.merge(report.orders, askedAtMs))
        await this.chronicle.record({
          kind: 'order',
          heardFrom: report.vantage,
          ...orderLine(order),
        });
    }
  }

  #observations(): readonly Observation[] {
    const nowMs = this.settings.clock.monotonicMs();
    const others = [...this.#sights.values()].map(({ report, asOfMs }) => ({
      vantage: report.vantage,
      opinions: report.opinions,
      ageMs: nowMs - asOfMs,
    }));
    return [this.watch.observation(), ...others];
  }

  #decide(
    { records }: Snapshot,
    observations: readonly Observation[],
    orders: readonly Order[],
  ): SteerOutput {
    const { fleet, deployment, clock } = this.settings;
    const decision = steer({
      fleet,
      state: this.#state,
      zone: { intent: intentOf(fleet, deployment, records), term: termOf(records).number },
      observations,
      orders,
      nowMs: clock.monotonicMs(),
    });
    this.#state = decision.state;
    return decision;
  }

  async #act({ records }: Snapshot, decision: SteerOutput): Promise<Beat['progress']> {
    const { fleet, deployment, vantage, metrics } = this.settings;
    const { intent, reasons } = decision;
    const term = { number: termOf(records).number + 1, by: vantage };
    const desired = planRecords(fleet, deployment, intent, term);
    const changes = diffRecords(records, desired);
    if (changes.length === 0) return 'nothing-to-do';
    const isNew = records.every((r) => r.kind !== 'alias');
    const isRepair = !isNew && sameIntent(intent, intentOf(fleet, deployment, records));
    if (isRepair && !decision.mayRepair) return 'repair-waits';
    const refused = refusals({ fleet, deployment, intent, current: records, desired });
    if (refused.length > 0) {
      for (const { code } of refused) metrics.refusals.inc({ code });
      const lines = refused.map(({ code, found, why }) => `${code}: ${found}. ${why}`);
      await this.chronicle.recordOnce('refused', lines.join('\n'), {
        kind: 'refused',
        refusals: lines,
      });
      return 'refused';
    }
    const cause = reasons.map(({ region, rule, text }) => `${region ?? 'fleet'} ${rule}: ${text}`);
    return this.writer.propose({ changes, desired, cause });
  }

  #measure({ records }: Snapshot, { intent, phases }: SteerOutput): void {
    const { fleet, deployment, desk, metrics, clock } = this.settings;
    const seen = intentOf(fleet, deployment, records);
    const orders = desk.standing();
    for (const { id } of fleet.regions) {
      metrics.weight.set({ region: id, view: 'zone' }, seen[id]?.weight ?? 0);
      metrics.weight.set({ region: id, view: 'intended' }, intent[id]?.weight ?? 0);
      const order = orders.find((o) => o.region === id);
      // The serial of an order is the wall clock's reading when it was given, unless clocks disagree.
      const ageMs = order === undefined ? 0 : clock.wallMs() - order.serial;
      metrics.orderAge.set({ region: id }, Math.max(0, ageMs) / 1_000);
    }
    metrics.budget.set({ for: 'leaving' }, this.budget.leaving);
    metrics.budget.set({ for: 'other' }, this.budget.other);
    metrics.failStatic.set(Number(Object.values(phases).includes('FAIL_STATIC')));
  }

  /** Journals each verdict and each decision when it changes, not at every beat. */
  async #tell({ standings, reasons }: SteerOutput): Promise<void> {
    for (const { id } of this.settings.fleet.regions) {
      const { kind, because } = standings[id] ?? { kind: 'unknown', because: 'not watched' };
      await this.chronicle.recordOnce(`verdict ${id}`, kind, {
        kind: 'verdict',
        region: id,
        standing: kind,
        because,
      });
    }
    const rules = reasons.map(({ region, rule }) => `${region ?? 'fleet'} ${rule}`);
    await this.chronicle.recordOnce('decision', rules.join('\n'), { kind: 'decision', reasons });
  }

  /** An error of one beat is journalled; the next beat begins from the world as it then is. */
  async #survive(error: unknown): Promise<void> {
    const { metrics } = this.settings;
    metrics.faults.inc({ where: 'tick' });
    const { name, message, stack } = error as Partial<Error>;
    const trace = isTransientError(error) ? {} : { stack };
    await this.chronicle.recordOnce('fault', String(message), {
      kind: 'fault',
      name,
      message,
      ...trace,
    });
  }
}

const sameIntent = (a: Intent, b: Intent) =>
  Object.entries(a).every(([id, { weight, usable }]) => {
    const other = (b as Readonly<Record<string, { weight: number; usable: boolean }>>)[id];
    return other?.weight === weight && other.usable === usable;
  });
