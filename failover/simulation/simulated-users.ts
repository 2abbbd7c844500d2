// The users of the simulated regions, as their services count them: requests by weight, and the work that they make.
import type { Fleet, Region, RegionId } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';
import { requestBoundsMs } from '../core/request-counters.ts';
import type { RequestCounters } from '../core/request-counters.ts';
import type { Chance } from './seeded-chance.ts';

/** How a region serves: what share of its answers are errors, and how many times longer than usual the others take. */
export interface Service {
  readonly errorShare: number;
  readonly slowdown: number;
}

/** Of the whole fleet; shared by weight. */
const requestsPerSecond = 5;
/** Instances that would be busy all the time. Requests are far fewer here than the work says: they are only a sample. */
const usualWork = 4;
const workersEach = 4;
/** Groups grow until their machines are this busy. */
const utilisationAimed = 0.6;
const usualMsMin = 60;
const usualMsMax = 240;
/** What is measured lags: readings come every ten seconds, and a minute lies between the two that are compared. */
const workKeptSeconds = 180;

const none = Array<number>(requestBoundsMs.length + 1).fill(0);

export class SimulatedUsers {
  readonly #fleet: Fleet;
  readonly #chance: Chance;
  readonly #counters = new Map<RegionId, RequestCounters>();
  readonly #busySeconds = new Map<string, number>();
  readonly #machines = new Map<RegionId, number>();
  #owed = new Map<RegionId, number>();
  #work: readonly number[] = [];

  constructor(fleet: Fleet, chance: Chance) {
    this.#fleet = fleet;
    this.#chance = chance;
  }

  /** Each machine that runs there; the first one counts the requests of all. */
  machinesOf(region: RegionId): readonly RequestCounters[] {
    return Array.from({ length: this.#machines.get(region) ?? 0 }, (_, i) => {
      const machine = `${region}-${i}`;
      const busySeconds = this.#busySeconds.get(machine) ?? 0;
      const counted = i === 0 ? this.#countersOf(region) : { count: 0, errors: 0, buckets: none };
      return { ...counted, machine, work: { workers: workersEach, busySeconds } };
    });
  }

  /** The least work of late that could be seen at the machines, in instances; what waits in queues cannot. */
  get workSeen(): number {
    return Math.min(...this.#work);
  }

  /** One second of requests. */
  live(intent: Intent, workTimes: number, serviceOf: (region: RegionId) => Service | null): void {
    const weightOf = (id: RegionId) => intent[id]?.weight ?? 0;
    const total = this.#fleet.regions.reduce((sum, { id }) => sum + weightOf(id), 0);
    const work = usualWork * workTimes;
    let seen = 0;
    for (const region of this.#fleet.regions) {
      const { id } = region;
      const service = serviceOf(id);
      const share = weightOf(id) / Math.max(1, total);
      const due = (this.#owed.get(id) ?? 0) + requestsPerSecond * share;
      this.#owed.set(id, due % 1);
      seen += this.#labour(region, service === null ? 0 : work * share);
      for (let i = 0; i < Math.floor(due); i += 1) if (service !== null) this.#serve(id, service);
    }
    this.#work = [...this.#work, seen].slice(-workKeptSeconds);
  }

  /** What of it could be done. */
  #labour({ id, instances }: Region, work: number): number {
    const { min, max } = instances;
    const machines = Math.min(max, Math.max(min, Math.ceil(work / utilisationAimed)));
    this.#machines.set(id, machines);
    const busyEach = Math.min(1, work / machines) * workersEach;
    for (let i = 0; i < machines; i += 1) {
      const machine = `${id}-${i}`;
      this.#busySeconds.set(machine, (this.#busySeconds.get(machine) ?? 0) + busyEach);
    }
    return Math.min(machines, work);
  }

  #countersOf(region: RegionId): RequestCounters {
    return this.#counters.get(region) ?? { machine: region, count: 0, errors: 0, buckets: none };
  }

  #serve(region: RegionId, { errorShare, slowdown }: Service): void {
    const { count, errors, buckets, machine } = this.#countersOf(region);
    const tookMs = slowdown * this.#chance.between(usualMsMin, usualMsMax);
    const above = requestBoundsMs.findIndex((bound) => tookMs <= bound);
    const bucket = above === -1 ? requestBoundsMs.length : above;
    this.#counters.set(region, {
      machine,
      count: count + 1,
      errors: errors + Number(this.#chance.happens(errorShare)),
      buckets: buckets.map((n, i) => (i === bucket ? n + 1 : n)),
    });
  }
}
