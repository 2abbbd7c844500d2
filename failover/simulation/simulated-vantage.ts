// A real controller in a simulated process: its ports lead into the world, its disk survives it, its memory does not.
import type { Deployment, Fleet, RegionId, VantageId } from '../../fleet/fleet.ts';
import type { ProbeFailure } from '../../fleet/health.ts';
import { TransientError } from '../../fleet/errors.ts';
import type { Change } from '../../fleet/records.ts';
import { Controller } from '../controller.ts';
import type { RequestCounters } from '../core/request-counters.ts';
import { controllerMetrics } from '../metrics.ts';
import { OrderDesk } from '../order-desk.ts';
import type { OrderStore, StoredOrder } from '../order-desk.ts';
import type { Journal, JournalEntry, PeerReport, RecordStore, RegionProbe } from '../ports.ts';
import { reportOf } from '../status.ts';
import type { Chance } from './seeded-chance.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { simulatedCanaries, simulatedProber } from './simulated-senses.ts';
import type { SimulatedZone } from './simulated-zone.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a probe meets: null is a good answer. */
export type ProbeFate = { readonly failure: ProbeFailure | null; readonly tookMs: number };

/** What the world decides for a vantage and what it wants to know of it. */
export interface Surroundings {
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly zone: SimulatedZone;
  readonly probeFate: (vantage: VantageId, region: RegionId, kind: 'ready' | 'golden') => ProbeFate;
  /** Whether a bare connection from there stands: to a region, or to a canary target. */
  readonly reaches: (vantage: VantageId, to: string) => boolean;
  readonly countersOf: (region: RegionId) => readonly RequestCounters[];
  /** Whether a call from one to another gets through: another vantage, `api`, or an authoritative server `ns0`. */
  readonly isLinked: (vantage: VantageId, to: string) => boolean;
  readonly peers: () => readonly SimulatedVantage[];
  readonly onProbed: (vantage: VantageId, probe: RegionProbe, kind: 'ready' | 'golden') => void;
  readonly onJournal: (vantage: VantageId, entry: JournalEntry) => void;
  readonly onWriteSent: (vantage: VantageId, zoneAgeMs: number, changes: readonly Change[]) => void;
}

const journalEntriesMax = 300;
const noAnswerMs = 5_000;
const peerTimeoutMs = 500;

export class SimulatedVantage {
  readonly id: VantageId;
  diskMood: 'well' | 'full' | 'hanging' = 'well';
  pausesBeforeWriting = false;
  process: SimulatedProcess;
  controller: Controller | null = null;
  readonly #world: Surroundings;
  #journal: readonly JournalEntry[] = [];
  #orders: readonly StoredOrder[] = [];
  #lives = 0;
  #callsInFlight = 0;
  /** When the zone was last asked for by this vantage, of the readings that came back. */
  #zoneReadAtMs = Number.NEGATIVE_INFINITY;

  constructor(id: VantageId, world: Surroundings) {
    this.id = id;
    this.#world = world;
    this.process = new SimulatedProcess(world.time);
  }

  get isAlive(): boolean {
    return this.controller !== null;
  }

  get callsInFlight(): number {
    return this.#callsInFlight;
  }

  /** Starts a controller with nothing but the disk of the one before. */
  start(): void {
    const process = new SimulatedProcess(this.#world.time);
    process.wallErrorMs = this.process.wallErrorMs;
    this.process = process;
    this.#lives += 1;
    this.#callsInFlight = 0;
    void this.#boot(process);
  }

  kill(): void {
    this.process.kill();
    this.controller = null;
  }

  async #boot(process: SimulatedProcess): Promise<void> {
    const { fleet, deployment } = this.#world;
    const desk = await OrderDesk.open({
      fleet,
      clock: process,
      store: this.#orderStore(process),
      newId: () => `${this.id}-${this.#lives}-${this.#world.chance.draw()}`,
    });
    const controller = new Controller({
      fleet,
      deployment,
      vantage: this.id,
      desk,
      metrics: controllerMetrics(this.id),
      store: this.#recordStore(process),
      prober: simulatedProber(this.id, process, this.#world),
      flags: null,
      canaries: simulatedCanaries(this.id, process, this.#world),
      dns: { observe: () => this.#observe(process) },
      peers: { pull: () => this.#pull(process) },
      journal: this.#journalOf(process),
      clock: process,
      random: this.#world.chance.draw,
    });
    this.controller = controller;
    await controller.start();
  }

  #recordStore(process: SimulatedProcess): RecordStore {
    const { zone, isLinked, time } = this.#world;
    const request = async <T>(effect: () => T): Promise<T | 'unreachable'> => {
      this.#callsInFlight += 1;
      const halfMs = zone.latencyMs() / 2;
      try {
        if (!isLinked(this.id, 'api')) {
          await process.call({ thereMs: 0, backMs: noAnswerMs }, () => null);
          return 'unreachable';
        }
        return await process.call({ thereMs: halfMs, backMs: halfMs }, effect);
      } finally {
        this.#callsInFlight -= 1;
      }
    };
    return {
      read: async () => {
        const askedAtMs = time.nowMs;
        const answer = await request(() => zone.admit() ?? zone.records);
        if (typeof answer !== 'string') {
          this.#zoneReadAtMs = askedAtMs;
          return answer;
        }
        throw unreadable(answer);
      },
      write: async (changes) => {
        this.#world.onWriteSent(this.id, time.nowMs - this.#zoneReadAtMs, changes);
        const answer = await request(() => zone.submit(this.id, changes));
        return answer === 'unreachable'
          ? { kind: 'unreachable', detail: 'simulated: no link' }
          : answer;
      },
      settled: async (changeId) =>
        (await request(() => zone.admit() === null && zone.isInSync(changeId))) === true,
    };
  }

  async #observe(process: SimulatedProcess) {
    const { zone, isLinked, chance } = this.#world;
    const backMs = chance.between(10, 60);
    return process.call({ thereMs: backMs, backMs }, () =>
      zone.servers.map((server) =>
        isLinked(this.id, `ns${server}`)
          ? zone.view(server)
          : { server: `ns${server}`, term: null, addresses: [], error: 'no link' },
      ),
    );
  }

  async #pull(process: SimulatedProcess) {
    const { isLinked, peers, chance } = this.#world;
    const askedAtMs = process.monotonicMs();
    const others = peers().filter(({ id }) => id !== this.id);
    const answers = await Promise.all(
      others.map((peer) => {
        const canAsk = isLinked(this.id, peer.id);
        const halfMs = canAsk ? chance.between(5, 40) : peerTimeoutMs / 2;
        return process.call({ thereMs: halfMs, backMs: halfMs }, () =>
          canAsk ? peer.report() : null,
        );
      }),
    );
    return answers.flatMap((report) => (report === null ? [] : [{ report, askedAtMs }]));
  }

  /** What it tells a peer, if it runs. */
  report(): PeerReport | null {
    return this.controller === null || !this.process.isRunning ? null : reportOf(this.controller);
  }

  #journalOf(process: SimulatedProcess): Journal {
    return {
      append: (entry) => {
        if (this.diskMood === 'hanging') return new Promise(() => undefined);
        return process.call({ thereMs: 1, backMs: 1 }, () => {
          if (this.diskMood === 'full') throw new Error('simulated: no space left');
          this.#journal = [...this.#journal.slice(1 - journalEntriesMax), entry];
          this.#world.onJournal(this.id, entry);
          if (entry.kind === 'intent' && this.pausesBeforeWriting) process.pause();
        });
      },
      tail: (linesMax) =>
        process.call({ thereMs: 1, backMs: 1 }, () => this.#journal.slice(-linesMax)),
    };
  }

  #orderStore(process: SimulatedProcess): OrderStore {
    return {
      load: () => process.call({ thereMs: 1, backMs: 1 }, () => this.#orders),
      save: (orders) =>
        process.call({ thereMs: 1, backMs: 1 }, () => {
          this.#orders = orders;
        }),
    };
  }
}

const unreadable = (why: string) =>
  new TransientError('zone-unreadable', {
    found: `simulated: ${why}`,
    why: 'A change is planned from what the zone says now',
    remedy: 'It is read again',
  });
