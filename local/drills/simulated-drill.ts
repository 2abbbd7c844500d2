// One drill in virtual time: the real controllers, this fleet, this schedule, one seed; observed as the real one is.
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { addressesAt, regionName, termOf } from '../../fleet/records.ts';
import type { RecordSet } from '../../fleet/records.ts';
import type { Fault } from '../../failover/simulation/faults.ts';
import { chanceFrom } from '../../failover/simulation/seeded-chance.ts';
import { World } from '../../failover/simulation/world.ts';
import type { Detection } from './drill.ts';
import type { AnswerFact, DrillFacts, VerdictFact, ZoneFact } from './facts.ts';
import { gazeFor, lookEveryMs, uploadEveryMs } from './facts.ts';
import { answerOf, nativeChecks } from './simulated-answers.ts';
import { SimulatedClient, SimulatedMachines } from './simulated-clients.ts';
import { simulatedFaults } from './simulated-faults.ts';
import { endOf, spanOfStruck } from './strikes.ts';
import type { ScheduledBlow } from './strikes.ts';

export interface SimulatedDrill {
  readonly fleet: Fleet;
  readonly struck: Region;
  readonly schedule: readonly ScheduledBlow[];
  readonly detection: Detection;
  /** For the return, after the last fault. */
  readonly afterMs: number;
  readonly seed: number;
}

export interface SimulatedOutcome {
  readonly facts: DrillFacts;
  /** Invariants that the simulator saw broken; a drill that would break one is not held. */
  readonly violations: readonly string[];
}

/** Past the start of three controllers, and a while of calm. */
const calmMs = 120_000;
/** The zone's lag in the simulator is a factor of 0.3 to 1.5 of this; the local Route 53 serves after 2 s. */
const lagMsOf = ({ environment }: Fleet) => (environment === 'local' ? 2_000 : 20_000);
/** Chance of its own, so that looking on changes nothing of what the controllers meet. */
const clientSeed = 1_000_003;

export async function simulateDrill(drill: SimulatedDrill): Promise<SimulatedOutcome> {
  const { fleet, schedule, seed, struck, afterMs } = drill;
  // Anywhere between two golden inferences: else every seed would strike at the same moment of their beat.
  const startMs = calmMs + chanceFrom(seed).between(0, fleet.probe.goldenIntervalMs);
  const faults = [...keptAwake(fleet, startMs), ...simulatedFaults(fleet, schedule, startMs)];
  const world = new World({ fleet, seed, faults });
  world.zone.lagMs = lagMsOf(fleet);
  const onlooker = new Onlooker(drill, world, startMs);
  onlooker.begin();
  const endedAtMs = endOf(schedule) + afterMs;
  await world.run(startMs + endedAtMs);
  return {
    violations: world.inspector.violations.map(({ invariant, text }) => `${invariant}: ${text}`),
    facts: {
      struck: struck.id,
      normalWeights: Object.fromEntries(fleet.regions.map(({ id, weight }) => [id, weight])),
      span: spanOfStruck(schedule, struck),
      endedAtMs,
      quietLooks: gazeFor(drill.detection).quietLooks,
      ...onlooker.seen,
    },
  };
}

/**
 * A wall clock that is wrong by nothing. The world skips calm, and wakes with every golden inference due at once; until a
 * fault like this one is over it lives every second.
 */
const keptAwake = ({ vantages }: Fleet, untilMs: number): readonly Fault[] =>
  vantages.slice(0, 1).map(({ id }) => ({
    kind: 'clock-bump',
    vantage: id,
    byMs: 0,
    atMs: calmMs / 2,
    forMs: untilMs - calmMs / 2,
  }));

class Onlooker {
  readonly #drill: SimulatedDrill;
  readonly #world: World;
  readonly #chance;
  readonly #isHealthy: ReturnType<typeof nativeChecks>;
  readonly #clients: readonly SimulatedClient[];
  readonly #owners: ReadonlyMap<string, string>;
  readonly #said = new Map<string, string>();
  readonly #verdicts: VerdictFact[] = [];
  readonly #zone: ZoneFact[] = [];
  readonly #answers: AnswerFact[] = [];
  readonly #startMs: number;
  #hasHeld = false;

  constructor(drill: SimulatedDrill, world: World, startMs: number) {
    this.#startMs = startMs;
    const { fleet, seed, schedule } = drill;
    this.#drill = drill;
    this.#world = world;
    this.#chance = chanceFrom(seed + clientSeed);
    this.#isHealthy = nativeChecks(schedule, this.#chance);
    this.#owners = ownersIn(fleet, world.zone.records);
    const machines = new SimulatedMachines(schedule, this.#chance);
    const clientWorld = {
      machines,
      ttlMs: 1_000 * drill.struck.answerTtlSeconds,
      ask: () => this.#ask(),
      ownerOf: (address: string) => this.#owners.get(address) ?? '',
    };
    this.#clients = (['every', 'first', 'first'] as const).map(
      (policy) => new SimulatedClient(policy, clientWorld),
    );
  }

  get seen() {
    return {
      verdicts: this.#verdicts,
      zone: this.#zone,
      answers: this.#answers,
      clients: this.#clients.map(({ policy, samples }) => ({ policy, samples })),
    };
  }

  begin(): void {
    this.#every(lookEveryMs, () => this.#look());
    this.#every(uploadEveryMs, () => this.#upload());
  }

  get #nowMs(): number {
    return this.#world.time.nowMs - this.#startMs;
  }

  /** Nothing is kept of the calm before. */
  #every(ms: number, act: () => void): void {
    this.#world.time.after(ms, () => {
      if (this.#nowMs >= 0) act();
      this.#every(ms, act);
    });
  }

  #upload(): void {
    const { struck, schedule } = this.#drill;
    const span = spanOfStruck(schedule, struck);
    const [address] = [...this.#owners].flatMap(([a, id]) => (id === struck.id ? [a] : []));
    if (!this.#hasHeld && span !== null && address !== undefined && this.#nowMs >= span.fromMs) {
      for (const client of this.#clients) client.hold(address, this.#nowMs);
      this.#hasHeld = true;
    }
    for (const client of this.#clients) client.upload(this.#nowMs);
  }

  #look(): void {
    const { fleet, struck, detection } = this.#drill;
    const atMs = this.#nowMs;
    const { zone, vantages } = this.#world;
    const { records } = zone;
    const term = termOf(records).number;
    if (term !== this.#zone.at(-1)?.term)
      this.#zone.push({ atMs, term, weights: weightsIn(records) });
    for (const { id, controller } of vantages)
      for (const { id: region } of fleet.regions) {
        const standing = controller?.beat.decision?.standings[region]?.kind;
        const topic = `${id} ${region}`;
        if (standing === undefined || this.#said.get(topic) === standing) continue;
        this.#said.set(topic, standing);
        this.#verdicts.push({ atMs, vantage: id, region, standing });
      }
    const { name, questions } = gazeFor(detection);
    const isOwn = (address: string) => this.#owners.get(address) === struck.id;
    const asked = Array.from({ length: questions }, () =>
      name === 'api' ? this.#ask() : addressesOf(fleet, struck.id, this.#served()),
    );
    this.#answers.push({ atMs, own: asked.flat().some(isOwn) });
  }

  #served(): readonly RecordSet[] {
    const { served } = this.#world.zone;
    return served[Math.floor(this.#chance.draw() * served.length)] ?? [];
  }

  #ask(): readonly string[] {
    const nowMs = this.#nowMs;
    return answerOf(this.#served(), {
      chance: this.#chance,
      isHealthy: (region) => this.#isHealthy(region, nowMs),
    });
  }
}

const addressesOf = (fleet: Fleet, region: string, records: readonly RecordSet[]) =>
  addressesAt(records, regionName(fleet, region));

const weightsIn = (records: readonly RecordSet[]) =>
  Object.fromEntries(
    records.flatMap((r) => (r.kind === 'alias' ? [[r.setIdentifier, r.weight] as const] : [])),
  );

/** In peacetime each set begins with the region's own addresses. */
const ownersIn = (fleet: Fleet, records: readonly RecordSet[]): ReadonlyMap<string, string> =>
  new Map(
    fleet.regions.flatMap(({ id, addressCount }) =>
      addressesOf(fleet, id, records)
        .slice(0, addressCount)
        .map((address) => [address, id] as const),
    ),
  );
