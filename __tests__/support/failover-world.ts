// A seeded world around the real decision: regions that die, vantages that lose packets, and a zone that fences writes.
import type { Order } from '../../failover/core/orders.ts';
import { steer } from '../../failover/core/steer.ts';
import { freshState } from '../../failover/core/steer-state.ts';
import type { SteerState } from '../../failover/core/steer-state.ts';
import type { Fleet, RegionId, VantageId } from '../../fleet/fleet.ts';
import { addResult, freshStreak } from '../../fleet/health.ts';
import type { Observation, Streak } from '../../fleet/health.ts';
import {
  diffRecords,
  intentOf,
  peacetimeIntent,
  planRecords,
  recordText,
  termOf,
} from '../../fleet/records.ts';
import type { Intent, RecordSet } from '../../fleet/records.ts';
import { refusals } from '../../fleet/refusals.ts';
import { deploymentOf } from './fleets.ts';
import { seededRandom } from './seeded-random.ts';

export interface WorldSettings {
  readonly fleet: Fleet;
  readonly seed: number;
  /** Off, the zone takes any batch: the negative control of the fence. */
  readonly fencing: boolean;
  /** Chance that one probe is lost. */
  readonly loss: number;
  /** Whether vantages lose sight, controllers pause with a write in flight, and links between vantages break. */
  readonly turmoil: boolean;
}

export interface AppliedChange {
  readonly atMs: number;
  readonly by: VantageId;
  readonly plannedFromTerm: number;
  readonly zoneTermBefore: number;
  readonly before: Intent;
  readonly after: Intent;
}

interface InFlight {
  readonly arrivesAtMs: number;
  readonly plannedFrom: readonly RecordSet[];
  readonly desired: readonly RecordSet[];
}

interface Vantage {
  readonly id: VantageId;
  streaks: Map<RegionId, Streak>;
  /** Failures in a row as they happened, and when there last were three: kept apart from the code under test. */
  misses: Map<RegionId, number>;
  missedAtMs: Map<RegionId, number>;
  state: SteerState;
  snapshot: readonly RecordSet[];
  heard: Map<VantageId, { readonly observation: Observation; readonly atMs: number }>;
  inFlight: InFlight | null;
  blindUntilMs: number;
  pausedUntilMs: number;
  deafUntilMs: number;
}

const beatMs = 1_000;

export class FailoverWorld {
  readonly fleet: Fleet;
  readonly applied: AppliedChange[] = [];
  readonly violations: string[] = [];
  readonly dead = new Set<RegionId>();
  fenced = 0;
  orders: readonly Order[] = [];
  nowMs = 0;
  calm = false;
  zone: readonly RecordSet[];
  readonly #settings: WorldSettings;
  readonly #random: () => number;
  readonly #vantages: Vantage[];
  readonly #deployment;
  /** When two vantages had last missed a region three times in a row within a minute of each other (I2). */
  readonly #justifiedAtMs = new Map<RegionId, number>();

  constructor(settings: WorldSettings) {
    this.#settings = settings;
    this.fleet = settings.fleet;
    this.#random = seededRandom(settings.seed);
    this.#deployment = deploymentOf(settings.fleet);
    const peace = peacetimeIntent(settings.fleet);
    this.zone = planRecords(this.fleet, this.#deployment, peace, { number: 1, by: 'start' });
    this.#vantages = settings.fleet.vantages.map(({ id }) => this.#freshVantage(id));
  }

  get weights(): readonly number[] {
    const intent = this.intent;
    return this.fleet.regions.map(({ id }) => intent[id]!.weight);
  }

  get intent(): Intent {
    return intentOf(this.fleet, this.#deployment, this.zone);
  }

  /** Kills a controller and starts another in its place: nothing but the zone survives. */
  restart(index: number): void {
    const { id } = this.#vantages[index]!;
    this.#vantages[index] = this.#freshVantage(id);
  }

  run(forMs: number, onBeat: () => void = () => undefined): void {
    for (const untilMs = this.nowMs + forMs; this.nowMs < untilMs;) {
      this.#beat();
      onBeat();
    }
  }

  /** A text that is equal for equal runs. */
  trace(): string {
    return JSON.stringify([this.applied, this.fenced, this.zone.map(recordText)]);
  }

  #freshVantage(id: VantageId): Vantage {
    return {
      id,
      streaks: new Map(),
      misses: new Map(),
      missedAtMs: new Map(),
      state: freshState(this.fleet),
      snapshot: this.zone,
      heard: new Map(),
      inFlight: null,
      blindUntilMs: 0,
      pausedUntilMs: 0,
      deafUntilMs: 0,
    };
  }

  #beat(): void {
    this.nowMs += beatMs;
    for (const vantage of this.#vantages) this.#trouble(vantage);
    const awake = this.#vantages.filter((v) => v.pausedUntilMs <= this.nowMs);
    for (const vantage of awake) this.#probe(vantage);
    for (const { id } of this.fleet.regions) {
      const seeing = this.#vantages.filter(
        ({ missedAtMs }) => this.nowMs - (missedAtMs.get(id) ?? -Infinity) <= 60_000,
      );
      if (seeing.length >= 2) this.#justifiedAtMs.set(id, this.nowMs);
    }
    for (const vantage of awake) this.#arrive(vantage);
    for (const vantage of awake) this.#decide(vantage, awake);
    if (this.weights.every((w) => w === 0)) this.violations.push(this.#say('all weights are zero'));
  }

  #trouble(vantage: Vantage): void {
    if (this.calm || !this.#settings.turmoil) return;
    const lasting = (secondsMax: number) => this.nowMs + this.#random() * secondsMax * 1_000;
    if (this.#random() < 0.002) vantage.blindUntilMs = lasting(40);
    if (this.#random() < 0.002) vantage.deafUntilMs = lasting(40);
    // Faults are worth most while a write is on its way (a missing fence was not found otherwise).
    const pauses = vantage.inFlight === null ? 0.001 : 0.05;
    if (this.#random() < pauses) vantage.pausedUntilMs = lasting(60);
  }

  #probe(vantage: Vantage): void {
    for (const { id } of this.fleet.regions) {
      const blind = vantage.blindUntilMs > this.nowMs;
      const lost = this.#random() < this.#settings.loss;
      const ok = !this.dead.has(id) && !blind && !lost;
      const common = { region: id, atMs: this.nowMs, tookMs: 1 };
      const result = ok
        ? ({ ok, ...common } as const)
        : ({ ok, ...common, failure: 'timeout', detail: 'lost' } as const);
      const before = vantage.streaks.get(id) ?? freshStreak;
      vantage.streaks.set(id, addResult(before, result, this.fleet.probe));
      const misses = ok ? 0 : (vantage.misses.get(id) ?? 0) + 1;
      vantage.misses.set(id, misses);
      if (misses >= 3) vantage.missedAtMs.set(id, this.nowMs);
    }
  }

  #arrive(vantage: Vantage): void {
    const { inFlight } = vantage;
    if (inFlight === null || inFlight.arrivesAtMs > this.nowMs) return;
    vantage.inFlight = null;
    vantage.snapshot = this.zone;
    const { plannedFrom, desired } = inFlight;
    const plannedFromTerm = termOf(plannedFrom).number;
    const zoneTermBefore = termOf(this.zone).number;
    if (this.#settings.fencing && plannedFromTerm !== zoneTermBefore) {
      this.fenced += 1;
      return;
    }
    const before = this.intent;
    this.zone = this.#withBatch(plannedFrom, desired);
    vantage.snapshot = this.zone;
    const change = { atMs: this.nowMs, by: vantage.id, plannedFromTerm, zoneTermBefore };
    this.#judge({ ...change, before, after: this.intent });
  }

  /** Only what the batch names is replaced, as at the real service. */
  #withBatch(plannedFrom: readonly RecordSet[], desired: readonly RecordSet[]) {
    const named = diffRecords(plannedFrom, desired)
      .filter(({ action }) => action !== 'DELETE')
      .map(({ record }) => record);
    const keys = new Set(named.map(keyOf));
    return [...this.zone.filter((r) => !keys.has(keyOf(r))), ...named];
  }

  #judge(change: AppliedChange): void {
    this.applied.push(change);
    if (change.plannedFromTerm !== change.zoneTermBefore)
      this.violations.push(
        this.#say(
          `lost update: planned from term ${change.plannedFromTerm}, zone at ${change.zoneTermBefore}`,
        ),
      );
    for (const { id } of this.fleet.regions) {
      const left = change.before[id]!.weight > 0 && change.after[id]!.weight === 0;
      const ordered = this.orders.some((o) => o.kind === 'drain' && o.region === id);
      // A write may have been decided up to a pause and a flight ago.
      const justifiedMs = this.#justifiedAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
      if (left && !ordered && this.nowMs - justifiedMs > 70_000)
        this.violations.push(this.#say(`${id} was left though no two vantages missed it`));
    }
  }

  #decide(vantage: Vantage, awake: readonly Vantage[]): void {
    const { fleet } = this;
    for (const other of awake) {
      const reached = other.deafUntilMs <= this.nowMs && vantage.deafUntilMs <= this.nowMs;
      if (other !== vantage && reached)
        vantage.heard.set(other.id, { observation: viewOf(other), atMs: this.nowMs });
    }
    // Reading lags: half of the time a controller decides from the zone of an earlier beat.
    if (this.#random() < 0.5) vantage.snapshot = this.zone;
    const own = { observation: viewOf(vantage), atMs: this.nowMs };
    const { state, intent } = steer({
      fleet,
      state: vantage.state,
      zone: {
        intent: intentOf(fleet, this.#deployment, vantage.snapshot),
        term: termOf(vantage.snapshot).number,
        pending: false,
      },
      loads: {},
      observations: [own, ...vantage.heard.values()].map(({ observation, atMs }) => ({
        ...observation,
        ageMs: this.nowMs - atMs,
      })),
      orders: this.orders,
      // Each controller's monotonic clock has an origin of its own.
      nowMs: this.nowMs + 1_000_000 * this.#vantages.indexOf(vantage),
    });
    vantage.state = state;
    if (vantage.inFlight === null) this.#send(vantage, intent);
  }

  #send(vantage: Vantage, intent: Intent): void {
    const { fleet } = this;
    const current = vantage.snapshot;
    const term = { number: termOf(current).number + 1, by: vantage.id };
    const desired = planRecords(fleet, this.#deployment, intent, term);
    if (diffRecords(current, desired).length === 0) return;
    const deployment = this.#deployment;
    const refused = refusals({ fleet, deployment, intent, current, desired });
    for (const { code, found } of refused) this.violations.push(this.#say(`${code}: ${found}`));
    if (refused.length > 0) return;
    const arrivesAtMs = this.nowMs + Math.floor(this.#random() * 4) * beatMs;
    vantage.inFlight = { arrivesAtMs, plannedFrom: current, desired };
  }

  #say = (what: string) => `seed ${this.#settings.seed}: ${what} at ${this.nowMs}`;
}

const keyOf = (r: RecordSet) =>
  r.kind === 'alias' ? `${r.name} ${r.setIdentifier}` : `${r.kind} ${r.name}`;

const viewOf = ({ id, streaks }: Vantage): Observation => ({
  vantage: id,
  opinions: Object.fromEntries([...streaks].map(([region, { opinion }]) => [region, opinion])),
  ageMs: 0,
});
