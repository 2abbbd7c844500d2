// The simulated world: three regions, a controller in each vantage, one zone, and faults that come and go as planned.
import type { Deployment, Fleet, VantageId } from '../../fleet/fleet.ts';
import { intentOf, peacetimeIntent, planRecords } from '../../fleet/records.ts';
import { ActiveFaults } from './active-faults.ts';
import { faultText } from './faults.ts';
import type { Fault } from './faults.ts';
import { Inspector } from './inspector.ts';
import type { Violation } from './inspector.ts';
import { Ledger } from './ledger.ts';
import { Ordered } from './ordered.ts';
import type { OrderFault } from './ordered.ts';
import { leaveMsMax, Overdue } from './overdue.ts';
import { PhaseWatch } from './phase-watch.ts';
import { chanceFrom } from './seeded-chance.ts';
import type { Chance } from './seeded-chance.ts';
import { SimulatedUsers } from './simulated-users.ts';
import { SimulatedVantage } from './simulated-vantage.ts';
import type { Surroundings } from './simulated-vantage.ts';
import { SimulatedZone } from './simulated-zone.ts';
import { VirtualTime } from './virtual-time.ts';

export interface WorldSettings {
  readonly fleet: Fleet;
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** Told what happens, in words; the trace of a failing run is made from it. */
  readonly onEvent?: (atMs: number, text: string) => void;
}

export interface RunResult {
  readonly violations: readonly Violation[];
  readonly batches: number;
  readonly simulatedMs: number;
  /** Really lived through; the rest was calm, which is skipped. */
  readonly livedMs: number;
}

const beatMs = 1_000;
/** After the last fault: the longest hold-off, every step, a full budget window, and room for slow APIs. */
const graceMs = 600_000;

export class World {
  readonly time = new VirtualTime();
  readonly zone: SimulatedZone;
  readonly vantages: readonly SimulatedVantage[];
  readonly inspector: Inspector;
  readonly #settings: WorldSettings;
  readonly #chance: Chance;
  readonly #deployment: Deployment;
  readonly #ledger: Ledger;
  readonly #active: ActiveFaults;
  readonly #users: SimulatedUsers;
  readonly #overdue: Overdue;
  readonly #ordered: Ordered;
  readonly phases = new PhaseWatch();
  #begun = 0;
  #faultlessSinceMs = 0;
  #isPeaceJudged = false;
  #livedMs = 0;

  constructor(settings: WorldSettings) {
    const { fleet, seed } = settings;
    this.#settings = settings;
    this.#chance = chanceFrom(seed);
    this.#deployment = builtDeployment(fleet);
    this.#ledger = new Ledger(fleet);
    this.#active = new ActiveFaults(fleet.probe, this.#chance);
    this.#ordered = new Ordered(fleet, () => this.time.nowMs);
    // Chance of their own: how many of them there are must not move anything else.
    this.#users = new SimulatedUsers(fleet, chanceFrom(seed + 0x9e37_79b9));
    this.#overdue = new Overdue({
      fleet,
      active: this.#active,
      ledger: this.#ledger,
      inspector: () => this.inspector,
      nowMs: () => this.time.nowMs,
      lastEndMs: () => this.#lastEndMs(),
    });
    const records = planRecords(fleet, this.#deployment, peacetimeIntent(fleet), {
      number: 1,
      by: 'start',
    });
    this.zone = new SimulatedZone(records, {
      time: this.time,
      chance: this.#chance,
      listeners: {
        onApplied: (batch) => {
          this.inspector.onApplied(batch);
          this.#tell(
            `applied by ${batch.by}: ${weightsText(fleet, intentOf(fleet, this.#deployment, batch.after))}`,
          );
        },
      },
    });
    this.inspector = new Inspector({
      fleet,
      deployment: this.#deployment,
      ledger: this.#ledger,
      zone: this.zone,
      nowMs: () => this.time.nowMs,
      isDead: (region) => this.#active.regionFault(region) !== null,
      isServingBadly: (region) => this.#overdue.isServingBadly(region),
      isOrdered: (region) => this.#ordered.isDrained(region, leaveMsMax),
      ordered: this.#ordered,
      workSeen: () => this.#users.workSeen,
      isMeasuredBy: (id) => this.#isMeasuredBy(id),
    });
    this.vantages = fleet.vantages.map(({ id }) => new SimulatedVantage(id, this.#surroundings()));
  }

  async run(forMs: number): Promise<RunResult> {
    // Not in step: three machines start when they start.
    for (const vantage of this.vantages)
      this.time.after(this.#chance.between(0, beatMs), () => vantage.start());
    this.#everyBeat();
    while (this.time.nowMs < forMs && this.inspector.violations.length === 0) {
      const untilMs = Math.min(forMs, this.time.nowMs + 10 * beatMs);
      this.#livedMs += untilMs - this.time.nowMs;
      await this.time.runUntil(untilMs);
      if (this.#isCalm()) this.#skipCalm(forMs);
    }
    const { violations, batches } = this.inspector;
    return {
      violations,
      batches: batches.length,
      simulatedMs: this.time.nowMs,
      livedMs: this.#livedMs,
    };
  }

  /** Nothing is wrong, nothing is on its way, and every controller sees it so. */
  #isCalm(): boolean {
    const { fleet } = this.#settings;
    const peace = JSON.stringify(peacetimeIntent(fleet));
    return (
      this.#active.all.length === 0 &&
      this.zone.isSettled &&
      JSON.stringify(intentOf(fleet, this.#deployment, this.zone.records)) === peace &&
      this.vantages.every(({ controller }) =>
        Object.values(controller?.beat.decision?.phases ?? { none: 'SUSPECT' }).every(
          (p) => p === 'HEALTHY',
        ),
      )
    );
  }

  #skipCalm(forMs: number): void {
    const nextMs = Math.min(forMs, this.#settings.faults[this.#begun]?.atMs ?? forMs);
    const byMs = nextMs - this.time.nowMs - 30 * beatMs;
    if (byMs > 0) this.time.skip(byMs);
  }

  #everyBeat(): void {
    this.#beginAndEndFaults();
    this.#serveUsers();
    this.#judgePeace();
    this.#overdue.judge();
    for (const { controller } of this.vantages)
      if (controller !== null) this.inspector.onPhases(this.phases.look(controller));
    this.time.after(beatMs, () => this.#everyBeat());
  }

  #beginAndEndFaults(): void {
    const { nowMs } = this.time;
    for (const fault of this.#active.takeEnded(nowMs)) {
      this.#end(fault);
      this.#tell(`over: ${faultText(fault)}`);
    }
    for (;;) {
      const fault = this.#settings.faults[this.#begun];
      if (fault === undefined || fault.atMs > nowMs) break;
      this.#begun += 1;
      this.#active.add(fault);
      this.#tell(`begins: ${faultText(fault)}`);
      this.#begin(fault);
    }
    if (this.#active.all.length > 0) {
      this.#faultlessSinceMs = nowMs;
      this.#isPeaceJudged = false;
    }
  }

  #begin(fault: Fault): void {
    const { zone } = this;
    if (fault.kind === 'api') zone.mood = fault.how;
    else if (fault.kind === 'server-silent') zone.silentServers.add(fault.server);
    else if (fault.kind === 'server-lagging') zone.laggingServers.add(fault.server);
    else if ('at' in fault) this.#order(fault);
    else if ('vantage' in fault) this.#beginAt(this.#vantage(fault.vantage), fault);
  }

  #beginAt(vantage: SimulatedVantage, fault: Fault): void {
    if (fault.kind === 'vantage-killed') {
      vantage.kill();
      this.#ordered.onKilled();
    }
    if (fault.kind === 'vantage-paused') vantage.process.pause();
    if (fault.kind === 'vantage-paused-writing') vantage.pausesBeforeWriting = true;
    if (fault.kind === 'disk') vantage.diskMood = fault.how;
    if (fault.kind === 'clock-bump') vantage.process.wallErrorMs += fault.byMs;
  }

  #end(fault: Fault): void {
    const { zone } = this;
    zone.mood = this.#active.apiMood;
    if (fault.kind === 'server-silent') zone.silentServers.delete(fault.server);
    if (fault.kind === 'server-lagging') zone.laggingServers.delete(fault.server);
    if (!('vantage' in fault) || this.#active.has(fault.kind, fault.vantage)) return;
    const vantage = this.#vantage(fault.vantage);
    if (fault.kind === 'disk') vantage.diskMood = 'well';
    if (fault.kind === 'vantage-killed') vantage.start();
    if (fault.kind === 'vantage-paused-writing') vantage.pausesBeforeWriting = false;
    const isHeld = (['vantage-paused', 'vantage-paused-writing'] as const).some((kind) =>
      this.#active.has(kind, fault.vantage),
    );
    if (!isHeld) vantage.process.resume();
  }

  #order(fault: OrderFault): void {
    const { controller, process } = this.#vantage(fault.at);
    if (controller !== null && process.isRunning) this.#ordered.give(fault, controller);
  }

  #serveUsers(): void {
    const { fleet } = this.#settings;
    const intent = intentOf(fleet, this.#deployment, this.zone.records);
    this.#users.live(intent, this.#active.workTimes, (region) => this.#active.serviceOf(region));
  }

  #judgePeace(): void {
    const { steering } = this.#settings.fleet;
    const steps = steering.restoreSteps.length;
    // A second fall while the first was being recovered from waits for the longest hold-off and for every other region's steps.
    const boundMs =
      steering.holdOffMsMax +
      3 * steps * steering.restoreStepMs +
      steering.changeWindowMs +
      graceMs +
      steering.orderMsMax;
    const calmForMs = this.time.nowMs - this.#faultlessSinceMs;
    if (this.#isPeaceJudged || calmForMs < boundMs) return;
    this.#isPeaceJudged = true;
    this.inspector.checkPeace(calmForMs);
  }

  #lastEndMs(): number {
    return Math.max(
      0,
      ...this.#settings.faults
        .slice(Math.max(0, this.#begun - 20), this.#begun)
        .map((f) => f.atMs + f.forMs)
        .filter((endMs) => endMs <= this.time.nowMs),
    );
  }

  /** Whether this vantage knows how busy every region is. */
  #isMeasuredBy(id: VantageId): boolean {
    const { controller } = this.#vantage(id);
    const loads = controller?.watch.load.loads(controller.settings.clock.monotonicMs()) ?? {};
    return this.#settings.fleet.regions.every((region) => loads[region.id] !== undefined);
  }

  #vantage(id: VantageId): SimulatedVantage {
    const found = this.vantages.find((vantage) => vantage.id === id);
    if (found === undefined) throw new Error(`no vantage ${id}`);
    return found;
  }

  #surroundings(): Surroundings {
    const { fleet } = this.#settings;
    return {
      fleet,
      deployment: this.#deployment,
      time: this.time,
      chance: this.#chance,
      zone: this.zone,
      probeFate: (vantage, region, kind) => this.#active.probeFate(vantage, region, kind),
      reaches: (from, to) => this.#active.reaches(from, to),
      countersOf: (region) => this.#users.machinesOf(region),
      isLinked: (from, to) => this.#active.isLinked(from, to),
      peers: () => this.vantages,
      onProbed: (vantage, { result }, kind) =>
        this.#ledger.add(vantage, result.region, kind, result),
      onJournal: (vantage, entry) => this.inspector.onJournal(vantage, entry),
      onWriteSent: (vantage, zoneAgeMs, changes) => {
        this.inspector.onWriteSent(vantage, this.#vantage(vantage).callsInFlight, zoneAgeMs);
        this.inspector.onChangesSent(vantage, changes);
      },
    };
  }

  #tell(text: string): void {
    this.#settings.onEvent?.(this.time.nowMs, text);
  }
}

/** Addresses of the documentation networks (RFC 5737): nothing real is ever asked. */
const builtDeployment = (fleet: Fleet): Deployment => ({
  hostedZoneId: 'simulated',
  addresses: Object.fromEntries(
    fleet.regions.map(({ id, addressCount }, r) => [
      id,
      Array.from({ length: addressCount }, (_, a) => `192.0.2.${16 * (r + 1) + a}`),
    ]),
  ),
  healthCheckIds: Object.fromEntries(fleet.regions.map(({ id }) => [id, `check-${id}`])),
  nameServers: ['ns0', 'ns1', 'ns2', 'ns3'],
});

const weightsText = (fleet: Fleet, intent: ReturnType<typeof intentOf>) =>
  fleet.regions.map(({ id }) => `${id} ${intent[id]?.weight ?? 0}`).join(', ');
