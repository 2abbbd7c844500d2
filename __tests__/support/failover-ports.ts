// The controller's world in memory: a clock that is moved by hand, a zone that fences, probers and peers that are told.
import { Controller } from '../../failover/controller.ts';
import { controllerMetrics } from '../../failover/metrics.ts';
import type { Reach } from '../../failover/core/reach.ts';
import type { RequestCounters } from '../../failover/core/request-counters.ts';
import { OrderDesk } from '../../failover/order-desk.ts';
import type { OrderStore, StoredOrder } from '../../failover/order-desk.ts';
import type {
  AddressReach,
  Canaries,
  CanaryReach,
  Clock,
  Flags,
  Journal,
  JournalEntry,
  PeerReport,
  Prober,
  RecordStore,
  RegionProbe,
  ServerView,
  WriteOutcome,
} from '../../failover/ports.ts';
import type { FlagNote } from '../../fleet/flag.ts';
import type { Fleet, RegionId, VantageId } from '../../fleet/fleet.ts';
import {
  intentOf,
  peacetimeIntent,
  planRecords,
  recordIdentity,
  recordText,
  termOf,
} from '../../fleet/records.ts';
import type { Change, RecordSet } from '../../fleet/records.ts';
import { deploymentOf, paris, production } from './fleets.ts';

export interface HandClock extends Clock {
  now: number;
  wall: number;
}

export const handClock = (): HandClock => {
  const clock: HandClock = {
    now: 0,
    wall: Date.UTC(2026, 10, 21),
    monotonicMs: () => clock.now,
    wallMs: () => clock.wall,
    // Whoever sleeps is woken by its signal only.
    sleep: (_, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) resolve();
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  return clock;
};

/** A zone that takes a batch whole or not at all, and only from whoever read its present term. */
class MemoryZone implements RecordStore {
  records: readonly RecordSet[];
  readonly batches: (readonly Change[])[] = [];
  reads = 0;
  asks = 0;
  insync = true;
  /** What becomes of the next batches instead: an outcome, or taken without effect. */
  next: (Exclude<WriteOutcome, { kind: 'written' }> | 'no-effect' | 'lost-answer')[] = [];
  unreadable = false;
  /** Held open until released: a call on its way. */
  gate: Promise<void> = Promise.resolve();
  /** When set, the servers still answer with this term though the zone has another. */
  servedTerm: number | null = null;

  constructor(records: readonly RecordSet[]) {
    this.records = records;
  }

  get term(): number {
    return termOf(this.records).number;
  }

  read(): Promise<readonly RecordSet[]> {
    this.reads += 1;
    return this.unreadable
      ? Promise.reject(new Error('unreadable'))
      : Promise.resolve(this.records);
  }

  async write(changes: readonly Change[]): Promise<WriteOutcome> {
    this.batches.push(changes);
    await this.gate;
    const instead = this.next.shift();
    if (instead === 'no-effect') return { kind: 'written', changeId: 'C-lost' };
    if (instead !== undefined && instead !== 'lost-answer') return instead;
    const standing = new Set(this.records.map(recordText));
    const wrong = changes.some(
      ({ action, record }) => action === 'DELETE' && !standing.has(recordText(record)),
    );
    if (wrong) return { kind: 'fenced', detail: 'the term has changed' };
    const keys = new Set(changes.map(({ record }) => recordIdentity(record)));
    const written = changes.flatMap((c) => (c.action === 'DELETE' ? [] : [c.record]));
    this.records = [...this.records.filter((r) => !keys.has(recordIdentity(r))), ...written];
    if (instead === 'lost-answer') return { kind: 'unreachable', detail: 'TimeoutError' };
    return { kind: 'written', changeId: `C-${this.term}` };
  }

  settled(): Promise<boolean> {
    this.asks += 1;
    return Promise.resolve(this.insync);
  }

  observe(): Promise<readonly ServerView[]> {
    const term = this.servedTerm ?? this.term;
    const view = (server: string) => ({ server, term, addresses: [], error: null });
    return Promise.resolve(['ns1', 'ns2'].map(view));
  }
}

export const peacetimeZone = (fleet: Fleet = production) =>
  new MemoryZone(
    planRecords(fleet, deploymentOf(fleet), peacetimeIntent(fleet), { number: 41, by: 'start' }),
  );

export class MemoryJournal implements Journal {
  readonly entries: JournalEntry[] = [];
  failing = false;

  append(entry: JournalEntry): Promise<void> {
    if (this.failing) return Promise.reject(new Error('disk full'));
    this.entries.push(entry);
    return Promise.resolve();
  }

  tail(linesMax: number): Promise<readonly JournalEntry[]> {
    return Promise.resolve(this.entries.slice(-linesMax));
  }

  kinds(): readonly string[] {
    return this.entries.map(({ kind }) => kind);
  }
}

export class MemoryOrderStore implements OrderStore {
  saved: readonly StoredOrder[];

  constructor(saved: readonly StoredOrder[] = []) {
    this.saved = saved;
  }

  load(): Promise<readonly StoredOrder[]> {
    return Promise.resolve(this.saved);
  }

  save(orders: readonly StoredOrder[]): Promise<void> {
    this.saved = orders;
    return Promise.resolve();
  }
}

/** Answers for every region unless it is in `dead`; readings are right unless it is in `wrong`. */
export class ToldProber implements Prober {
  readonly dead = new Set<RegionId>();
  readonly wrong = new Set<RegionId>();
  readonly goldenAsked: RegionId[] = [];
  shedding = false;
  /** How long each probe takes. */
  tookMs = 5;
  goldenGate: Promise<void> = Promise.resolve();
  /** How bare connections end at a region that is dead. */
  reach: Reach = 'timeout';
  readonly connected: RegionId[] = [];
  /** What each region's machines have counted; nobody's say nothing. */
  readonly counted = new Map<RegionId, RequestCounters>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  probe(region: { readonly id: RegionId }): Promise<RegionProbe> {
    return Promise.resolve(this.#result(region.id, !this.dead.has(region.id)));
  }

  async golden(region: { readonly id: RegionId }): Promise<RegionProbe | null> {
    this.goldenAsked.push(region.id);
    await this.goldenGate;
    return this.shedding ? null : this.#result(region.id, !this.wrong.has(region.id));
  }

  connect({ id }: { readonly id: RegionId }): Promise<readonly AddressReach[]> {
    this.connected.push(id);
    const reach = this.dead.has(id) ? this.reach : 'connected';
    return Promise.resolve([{ address: '192.0.2.1', reach }]);
  }

  requests({ id }: { readonly id: RegionId }): Promise<readonly RequestCounters[]> {
    const counters = this.counted.get(id);
    return Promise.resolve(counters === undefined ? [] : [counters]);
  }

  #result(region: RegionId, ok: boolean): RegionProbe {
    const common = { region, atMs: this.#clock.monotonicMs(), tookMs: this.tookMs };
    const failure = { kind: 'timeout', detail: 'no answer in time' } as const;
    return {
      result: ok
        ? { ok: true, ...common }
        : { ok: false, ...common, failure: failure.kind, detail: failure.detail },
      addresses: [{ address: '192.0.2.1', tookMs: this.tookMs, failure: ok ? null : failure }],
    };
  }
}

/** Every target can be reached, unless it is in `lost`. */
export class ToldCanaries implements Canaries {
  readonly lost = new Set<string>();
  readonly #targets: readonly string[];

  constructor({ probe }: Fleet) {
    this.#targets = probe.canary.targets;
  }

  ask(): Promise<readonly CanaryReach[]> {
    return Promise.resolve(
      this.#targets.map((target) => ({
        target,
        reach: this.lost.has(target) ? ('timeout' as const) : ('connected' as const),
      })),
    );
  }
}

/** Raised over the regions in `raised`; `silent`: nobody can tell. */
class ToldFlags implements Flags {
  readonly raised = new Map<RegionId, FlagNote>();
  silent = false;
  looks = 0;

  look(region: RegionId): Promise<FlagNote | null> {
    this.looks += 1;
    return this.silent
      ? Promise.reject(new Error('no answer'))
      : Promise.resolve(this.raised.get(region) ?? null);
  }
}

export interface Bench {
  readonly clock: HandClock;
  readonly zone: MemoryZone;
  readonly journal: MemoryJournal;
  readonly prober: ToldProber;
  readonly canaries: ToldCanaries;
  readonly flags: ToldFlags;
  readonly controller: Controller;
  /** What the other vantages say, each letter a region; null when silent. */
  others: string | null;
  /** Beats this many times, a second apart, letting every call come to its end. */
  beats(count: number): Promise<void>;
}

export interface BenchSettings {
  readonly fleet?: Fleet;
  readonly zone?: MemoryZone;
  readonly journal?: MemoryJournal;
  readonly clock?: HandClock;
  readonly store?: OrderStore;
  readonly vantage?: VantageId;
  readonly reports?: () => readonly PeerReport[];
}

export async function controllerBench(settings: BenchSettings = {}): Promise<Bench> {
  const fleet = settings.fleet ?? production;
  const clock = settings.clock ?? handClock();
  const zone = settings.zone ?? peacetimeZone(fleet);
  const journal = settings.journal ?? new MemoryJournal();
  const prober = new ToldProber(clock);
  const canaries = new ToldCanaries(fleet);
  const flags = new ToldFlags();
  const vantage = settings.vantage ?? fleet.vantages[0]!.id;
  let serial = 0;
  const desk = await OrderDesk.open({
    fleet,
    clock,
    store: settings.store ?? new MemoryOrderStore(),
    newId: () => `order-${(serial += 1)}`,
  });
  const pull = () => {
    const said = settings.reports?.() ?? (bench.others === null ? [] : echo(bench.others));
    return Promise.resolve(said.map((report) => ({ report, askedAtMs: clock.now })));
  };
  const echo = (letters: string): readonly PeerReport[] =>
    fleet.vantages
      .filter(({ id }) => id !== vantage)
      .map(({ id }) => ({
        vantage: id,
        ageMs: 0,
        orders: [],
        opinions: Object.fromEntries(
          fleet.regions.map((r, i) => [r.id, letters[i] === 'u' ? 'up' : 'down'] as const),
        ),
      }));
  const controller = new Controller({
    fleet,
    deployment: deploymentOf(fleet),
    vantage,
    desk,
    metrics: controllerMetrics(vantage),
    store: zone,
    prober,
    canaries,
    dns: zone,
    flags,
    peers: { pull },
    journal,
    clock,
    random: () => 1,
  });
  const bench: Bench = {
    clock,
    zone,
    journal,
    prober,
    canaries,
    flags,
    controller,
    others: 'uuu',
    beats: async (count) => {
      for (let i = 0; i < count; i += 1) {
        clock.now += 1_000;
        clock.wall += 1_000;
        await controller.tick();
        await controller.idle();
      }
    },
  };
  return bench;
}

/** The weights in the zone: Paris, Belgium, Frankfurt. */
export const weights = ({ zone }: Bench) => {
  const intent = intentOf(production, deploymentOf(production), zone.records);
  return production.regions.map(({ id }) => intent[id]!.weight);
};

/** Paris is dead for every vantage, long enough to be believed. */
export async function losingParis(bench: Bench): Promise<void> {
  bench.prober.dead.add(paris);
  await bench.beats(2);
  bench.others = 'duu';
  await bench.beats(1);
}

/** The newest line of a kind. */
export const last = (bench: Bench, kind: JournalEntry['kind']) =>
  bench.journal.entries.findLast((e) => e.kind === kind);
