// The workers of a pool and their lives: started, stopped, let go. Which of them runs what is the pool's own business.
import type { Clock } from './clock.ts';
import type { FromWorker, WorkerSetup } from './messages.ts';
import type { Slot } from './slot.ts';
import type { SpawnWorker } from './worker-process.ts';

/** Loading three models and running their golden inputs takes 1 to 3 s; on a starved machine ten times that. */
const startMsMax = 60_000;
/** From "close" until a worker has freed its models; then it is killed, having nothing left to lose. */
const closeMsMax = 3_000;

/** What one change of models asks for. */
export interface Generation {
  readonly generation: number;
  readonly setup: WorkerSetup;
}

export interface CrewEvents {
  readonly said: (slot: Slot, message: FromWorker) => void;
  readonly ended: (slot: Slot, reason: string) => void;
  /** It took too long to start. */
  readonly late: (slot: Slot) => void;
}

export class Crew {
  readonly #slots = new Set<Slot>();
  readonly #spawn: SpawnWorker;
  readonly #clock: Clock;
  readonly #events: CrewEvents;

  constructor(spawn: SpawnWorker, clock: Clock, events: CrewEvents) {
    this.#spawn = spawn;
    this.#clock = clock;
    this.#events = events;
  }

  get size(): number {
    return this.#slots.size;
  }

  all(): readonly Slot[] {
    return [...this.#slots];
  }

  inState(state: Slot['state']): readonly Slot[] {
    return this.all().filter((slot) => slot.state === state);
  }

  ofGeneration(wanted: number): readonly Slot[] {
    return this.all().filter(({ generation }) => generation === wanted);
  }

  add({ generation, setup }: Generation): void {
    const slot: Slot = {
      worker: this.#spawn({
        said: (message) => this.#events.said(slot, message),
        ended: (reason) => this.#end(slot, reason),
      }),
      generation,
      state: 'starting',
      readiness: null,
      job: null,
      backgroundAtMs: 0,
      cause: null,
      fault: null,
      cancelTimer: this.#clock.after(startMsMax, () => this.#events.late(slot)),
    };
    this.#slots.add(slot);
    slot.worker.tell({ kind: 'start', setup });
  }

  /** Ends a worker at once, whatever it runs. */
  kill(slot: Slot, cause: NonNullable<Slot['cause']>, fault: string | null): void {
    slot.cancelTimer();
    slot.cause = cause;
    slot.fault = fault;
    slot.state = slot.state === 'ended' ? 'ended' : 'closing';
    slot.worker.kill();
  }

  /** Asks a worker that runs nothing to free its models and go. */
  letGo(slot: Slot): void {
    slot.cancelTimer();
    slot.state = 'closing';
    slot.cause ??= 'renewed';
    slot.worker.tell({ kind: 'close' });
    slot.cancelTimer = this.#clock.after(closeMsMax, () => slot.worker.kill());
  }

  #end(slot: Slot, reason: string): void {
    slot.cancelTimer();
    slot.state = 'ended';
    this.#slots.delete(slot);
    this.#events.ended(slot, reason);
  }
}
