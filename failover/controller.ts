// The shell of one vantage: probe, exchange, look at the zone, decide, write; once per beat, for as long as it lives.
import { isTransientError } from '../fleet/errors.ts';
import { regionId } from '../fleet/fleet.ts';
import type { Deployment, Fleet, VantageId } from '../fleet/fleet.ts';
import type { Observation } from '../fleet/health.ts';
import { diffRecords, intentOf, isSameIntent, planRecords, termOf } from '../fleet/records.ts';
import { refusals } from '../fleet/refusals.ts';
import { Chronicle } from './chronicle.ts';
import type { Order } from './core/orders.ts';
import { withFlags } from './core/raised-flags.ts';
import type { Held } from './core/safety.ts';
import { steer } from './core/steer.ts';
import type { SteerInput, SteerOutput } from './core/steer.ts';
import { budgetLeft, freshState } from './core/steer-state.ts';
import type { SteerState } from './core/steer-state.ts';
import { isSuspecting, withSuspicion } from './core/suspicion.ts';
import { FlagWatch } from './flag-watch.ts';
import { journalDecision } from './decision-journal.ts';
import { measurePolicy } from './measure-policy.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { OrderDesk } from './order-desk.ts';
import type {
  Canaries,
  Clock,
  DnsObserver,
  Flags,
  Journal,
  Peers,
  Prober,
  RecordStore,
  ServerView,
} from './ports.ts';
import { PeerSights } from './peer-sights.ts';
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
  readonly canaries: Canaries;
  readonly dns: DnsObserver;
  /** Null where the fleet has no place for flags. */
  readonly flags: Flags | null;
  readonly peers: Peers;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What the last beat saw and decided; null parts were not reached yet. */
export interface Beat {
  /** When it decided, on the monotonic clock: what it found keeps for a while only. */
  readonly atMs: number;
  readonly views: readonly ServerView[];
  readonly observations: readonly Observation[];
  readonly decision: SteerOutput | null;
  /** What became of the batch, or why there was none. */
  readonly progress:
    Progress | 'nothing-to-do' | 'refused' | 'zone-unread' | 'repair-waits' | 'awaits-author';
}

const journalTailLines = 200;

export class Controller {
  readonly watch: Watch;
  readonly flags: FlagWatch;
  readonly writer: ZoneWriter;
  readonly chronicle: Chronicle;
  readonly settings: ControllerSettings;
  readonly #peers: PeerSights;
  readonly #stopping = new AbortController();
  #state: SteerState;
  #isBlind = false;
  /** What each name server answered at this beat. */
  #views: readonly ServerView[] = [];
  /** What was decided from at the last beat. */
  #input: SteerInput | null = null;
  #running: Promise<void> | null = null;
  #ticking: Promise<void> | null = null;
  #beat: Beat = {
    atMs: Number.NEGATIVE_INFINITY,
    views: [],
    observations: [],
    decision: null,
    progress: 'zone-unread',
  };

  constructor(settings: ControllerSettings) {
    const { store, clock, metrics, random } = settings;
    this.settings = settings;
    this.watch = new Watch(settings);
    this.chronicle = new Chronicle(settings);
    const { chronicle } = this;
    this.flags = new FlagWatch({ ...settings, chronicle });
    this.#peers = new PeerSights({ ...settings, chronicle });
    this.writer = new ZoneWriter({ store, clock, metrics, random, chronicle });
    this.#state = freshState(settings.fleet);
    metrics.onScrape(() => this.#measure());
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
    const isOpen = found !== null && this.writer.snapshot === null;
    this.settings.metrics.unfinished.set(Number(isOpen));
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
    const { dns, desk, clock } = this.settings;
    const [views] = await Promise.all([
      dns.observe(),
      this.watch.beat(),
      this.#peers.exchange(),
      this.flags.beat(),
    ]);
    this.flags.hear(this.#peers.freshReports().flatMap(({ flags = [] }) => flags));
    // What the others have found in this very second settles it a beat sooner than what they said before it.
    if (this.#isAheadOfQuorum()) await this.#peers.exchange();
    this.#views = views;
    this.writer.follow(views);
    await this.#tellSight();
    const observations = [this.watch.observation(), ...this.#peers.observations()];
    const atMs = clock.monotonicMs();
    const snapshot = this.writer.snapshot;
    if (snapshot === null) {
      this.#beat = { atMs, views, observations, decision: null, progress: 'zone-unread' };
      return;
    }
    const decision = this.#decide(snapshot, observations, desk.standing());
    await journalDecision(this.chronicle, this.settings.fleet, decision);
    const progress = await this.#act(snapshot, decision);
    this.#beat = { atMs, views, observations, decision, progress };
  }

  #measure(): void {
    const { views, decision } = this.#beat;
    const [input, records] = [this.#input, this.writer.snapshot?.records];
    if (input === null || decision === null || records === undefined) return;
    measurePolicy(this.settings, { records, views, decision, input, budget: this.budget });
  }

  /** This vantage finds a region down, and the quorum, as last heard, does not. */
  #isAheadOfQuorum(): boolean {
    const standings = this.#beat.decision?.standings;
    return this.settings.fleet.regions.some(
      ({ id }) => this.watch.opinion(id) === 'down' && standings?.[id]?.verdict.kind !== 'down',
    );
  }

  #decide(
    { records }: Snapshot,
    observations: readonly Observation[],
    orders: readonly Order[],
  ): SteerOutput {
    const { fleet, deployment, clock } = this.settings;
    const nowMs = clock.monotonicMs();
    const term = termOf(records).number;
    const pending = this.#views.some((view) => view.term !== null && view.term < term);
    this.#input = {
      fleet,
      state: this.#state,
      zone: { intent: intentOf(fleet, deployment, records), term, pending },
      observations,
      orders: withFlags(orders, this.flags.standing, fleet, nowMs),
      loads: this.watch.load.loads(nowMs),
      nowMs,
    };
    const decision = steer(this.#input);
    this.#state = decision.state;
    return decision;
  }

  /** What would be held back now if this region were ordered drained. Nothing is ordered. */
  rehearseDrain(region: string): readonly Held[] {
    const input = this.#input;
    if (input === null) return [];
    const order: Order = {
      kind: 'drain',
      region: regionId(region),
      id: 'rehearsal',
      serial: Number.MAX_SAFE_INTEGER,
      reason: 'rehearsal',
      actor: 'rehearsal',
      untilMs: Number.POSITIVE_INFINITY,
    };
    return steer({ ...input, orders: [...input.orders, order] }).held;
  }

  async #act(snapshot: Snapshot, decision: SteerOutput): Promise<Beat['progress']> {
    const { fleet, deployment, vantage, metrics } = this.settings;
    const { records } = snapshot;
    const { reasons } = decision;
    const intent = withSuspicion(fleet, decision.intent, (id) => this.watch.isMissing(id));
    const term = { number: termOf(records).number + 1, by: vantage };
    const desired = planRecords(fleet, deployment, intent, term);
    const changes = diffRecords(records, desired);
    if (changes.length === 0) return 'nothing-to-do';
    const isNew = records.every((r) => r.kind !== 'alias');
    const isRepair = isSameIntent(intent, intentOf(fleet, deployment, records));
    const isFrozen = this.settings.desk.standing().some(({ kind }) => kind === 'freeze');
    const isUrgent = isNew || (isSuspecting(intent) && this.budget.other > 0);
    if (isRepair && (isFrozen || !(isUrgent || decision.mayRepair))) return 'repair-waits';
    if (this.#awaitsAuthor(snapshot, decision)) return 'awaits-author';
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

  /** Nobody stays in a dead region for that. */
  #awaitsAuthor({ records, readAtMs }: Snapshot, { reasons, state }: SteerOutput): boolean {
    if (reasons.some(({ rule }) => rule === 'leave-down' || rule === 'raise-at-once')) return false;
    const seenForMs = this.settings.clock.monotonicMs() - state.termSinceMs;
    return this.#peers.unheardAuthor(termOf(records), readAtMs, seenForMs) !== null;
  }

  /** Journals when this vantage falls silent because it is blind, and when it speaks again. */
  async #tellSight(): Promise<void> {
    const { abstains } = this.watch.sight;
    if ((abstains !== null) === this.#isBlind) return;
    this.#isBlind = abstains !== null;
    const why = abstains ?? 'enough canaries answer again';
    await this.chronicle.record({ kind: 'sight', abstains: this.#isBlind, why });
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
