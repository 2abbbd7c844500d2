// A bounded queue in front of worker processes. Each runs one job at a time; a lost worker is replaced, its job tried once more.
import type { EngineOutput } from '../../../models/engine/engine.ts';
import type { Reading } from '../../../models/reader.ts';
import type { Clock } from './clock.ts';
import { CrashBreaker, usualBreaker } from './crash-breaker.ts';
import type { InferencePool, PoolEvents, PoolStatus } from './inference-pool.ts';
import { draining, noWorker, queueFull, ranTooLong, undecodable, waitedTooLong } from './job.ts';
import type { Job } from './job.ts';
import { unpackError } from './messages.ts';
import type { FromWorker, Readiness, Task, TaskResult, WorkerSetup } from './messages.ts';
import { PoisonedInputs } from './poisoned-inputs.ts';
import { ServiceTime } from './service-time.ts';
import type { SpawnWorker, WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  readonly workers: number;
  readonly queueMax: number;
  readonly queueSecondsMax: number;
  readonly runSecondsMax: number;
  readonly workerResidentMiBMax: number;
  readonly setup: WorkerSetup;
}

/** Loading three models and running their golden inputs takes 1 to 3 s; on a starved machine ten times that. */
const startMsMax = 60_000;
/** From "close" until a worker has freed its models; then it is killed, having nothing left to lose. */
const closeMsMax = 3_000;

interface Slot {
  readonly worker: WorkerProcess;
  state: 'starting' | 'idle' | 'busy' | 'closing' | 'ended';
  job: Job | null;
  /** Set when we end the worker ourselves, so that its end is booked under the right cause. */
  cause: 'deadline' | 'unfit' | 'grown' | null;
  cancelTimer: () => void;
}

const never = () => undefined;

export class WorkerPool implements InferencePool {
  readonly #options: PoolOptions;
  readonly #spawn: SpawnWorker;
  readonly #clock: Clock;
  readonly #breaker = new CrashBreaker(usualBreaker);
  readonly #serviceTime = new ServiceTime();
  readonly #slots = new Set<Slot>();
  readonly #queue: Job[] = [];
  readonly #poisoned = new PoisonedInputs();
  #events: PoolEvents | null = null;
  #readiness: Readiness | null = null;
  #fault: string | null = null;
  #drain: Promise<void> | null = null;
  #drained: () => void = never;
  #phase: 'serving' | 'draining' | 'closing' = 'serving';
  #cancelRestart: () => void = never;

  constructor(options: PoolOptions, spawn: SpawnWorker, clock: Clock) {
    this.#options = options;
    this.#spawn = spawn;
    this.#clock = clock;
  }

  start(events: PoolEvents): void {
    this.#events = events;
    this.#refill();
  }

  read(model: string, image: Uint8Array): Promise<Reading> {
    return this.#submit({ kind: 'read', model, image }) as Promise<Reading>;
  }

  infer(model: string, input: Float32Array, n: number): Promise<EngineOutput> {
    return this.#submit({ kind: 'infer', model, input, n }) as Promise<EngineOutput>;
  }

  preview(image: Uint8Array, sideMax?: number): Promise<Uint8Array> {
    const size = sideMax === undefined ? {} : { sideMax };
    return this.#submit({ kind: 'preview', image, ...size }) as Promise<Uint8Array>;
  }

  status(): PoolStatus {
    const workersLive = this.#count('idle') + this.#count('busy');
    return {
      readiness: this.#readiness,
      ready: this.#readiness !== null && workersLive > 0 && this.#phase === 'serving',
      workersLive,
      workersWanted: this.#options.workers,
      queueLength: this.#queue.length,
      running: this.#count('busy'),
      fault: this.#fault,
    };
  }

  retryAfterSeconds(): number {
    const { queueLength, running, workersLive } = this.status();
    return this.#serviceTime.retryAfterSeconds(queueLength + running, workersLive);
  }

  /** Finishes what waits and what runs, then lets the workers go. No run is ever cut short but by its own deadline. */
  drain(): Promise<void> {
    this.#drain ??= new Promise((resolve) => {
      this.#phase = 'draining';
      this.#drained = resolve;
    });
    this.#settle();
    return this.#drain;
  }

  /** For when a drain came to its deadline: ends every worker, and whatever it was doing. */
  abandon(): void {
    this.#phase = 'closing';
    this.#cancelRestart();
    for (const job of this.#queue.splice(0)) job.reject(draining());
    for (const slot of this.#slots) {
      slot.job?.reject(draining());
      slot.job = null;
      slot.worker.kill();
    }
  }

  #submit(task: Task): Promise<TaskResult> {
    const refusal = this.#refusal(task);
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const nowMs = this.#clock.nowMs();
      this.#queue.push({
        task,
        submittedAtMs: nowMs,
        startedAtMs: nowMs,
        crashes: 0,
        resolve,
        reject,
      });
      this.#pump();
    });
  }

  #refusal(task: Task): Error | null {
    if (this.#phase !== 'serving') return draining();
    if (this.#slots.size === 0) return noWorker(this.#fault);
    if (this.#queue.length >= this.#options.queueMax) return queueFull(this.#options.queueMax);
    return this.#poisoned.has(task) ? undecodable() : null;
  }

  /** Hands waiting jobs to idle workers; a job that has waited too long is answered without a run nobody waits for. */
  #pump(): void {
    const idle = [...this.#slots].filter((slot) => slot.state === 'idle');
    const waitedMsMax = this.#options.queueSecondsMax * 1_000;
    while (idle.length > 0) {
      const job = this.#queue.shift();
      if (job === undefined) break;
      if (this.#clock.nowMs() - job.submittedAtMs > waitedMsMax)
        job.reject(waitedTooLong(this.#options.queueSecondsMax));
      else this.#assign(job, idle.pop());
    }
    this.#settle();
  }

  #assign(job: Job, slot: Slot | undefined): void {
    if (slot === undefined) return;
    slot.state = 'busy';
    slot.job = job;
    job.startedAtMs = this.#clock.nowMs();
    slot.cancelTimer = this.#clock.after(this.#options.runSecondsMax * 1_000, () =>
      this.#stop(slot, 'deadline'),
    );
    slot.worker.tell({ kind: 'task', task: job.task });
  }

  #heard(slot: Slot, message: FromWorker): void {
    // What a worker says after we have stopped it counts no more.
    if (slot.state === 'closing' || slot.state === 'ended') return;
    if (message.kind === 'ready') return this.#becomeReady(slot, message.readiness);
    slot.cancelTimer();
    if (message.kind === 'unfit') {
      this.#fault = unpackError(message.error).message;
      return this.#stop(slot, 'unfit');
    }
    const job = slot.job;
    slot.job = null;
    slot.state = 'idle';
    if (job !== null) this.#finish(job, message);
    const residentBytesMax = this.#options.workerResidentMiBMax * 2 ** 20;
    if (message.residentBytes > residentBytesMax) this.#stop(slot, 'grown');
    this.#pump();
  }

  #becomeReady(slot: Slot, readiness: Readiness): void {
    slot.cancelTimer();
    slot.state = 'idle';
    this.#readiness = readiness;
    this.#fault = null;
    this.#events?.workerReady(readiness);
    this.#pump();
  }

  #finish(job: Job, message: Extract<FromWorker, { kind: 'done' | 'refused' }>): void {
    const ranMs = this.#clock.nowMs() - job.startedAtMs;
    this.#serviceTime.add(ranMs);
    this.#events?.finished({
      task: job.task.kind,
      model: job.task.kind === 'preview' ? null : job.task.model,
      outcome: message.kind === 'done' ? 'answered' : 'refused',
      refusal:
        message.kind === 'refused' && message.error.kind === 'input' ? message.error.code : null,
      queuedMs: job.startedAtMs - job.submittedAtMs,
      ranMs,
    });
    if (message.kind === 'done') job.resolve(message.result);
    else job.reject(unpackError(message.error));
  }

  #stop(slot: Slot, cause: 'deadline' | 'unfit' | 'grown'): void {
    slot.cause = cause;
    slot.state = slot.state === 'ended' ? 'ended' : 'closing';
    if (cause === 'deadline' && slot.job !== null) {
      slot.job.reject(ranTooLong(this.#options.runSecondsMax));
      slot.job = null;
    }
    slot.worker.kill();
  }

  #ended(slot: Slot, reason: string): void {
    slot.cancelTimer();
    slot.state = 'ended';
    this.#slots.delete(slot);
    if (slot.job !== null) this.#retryOrRefuse(slot.job);
    slot.job = null;
    if (this.#phase !== 'closing') this.#replace(slot, reason);
    this.#settle();
  }

  /** The first crash may be the worker's own; the second in another worker is the input's. */
  #retryOrRefuse(job: Job): void {
    job.crashes += 1;
    if (job.crashes < 2) {
      this.#queue.unshift(job);
      return;
    }
    this.#poisoned.add(job.task);
    job.reject(undecodable());
  }

  #replace(slot: Slot, reason: string): void {
    const nowMs = this.#clock.nowMs();
    // A worker replaced for its size did nothing wrong, and its successor starts from nothing.
    if (slot.cause !== 'grown') this.#breaker.add(nowMs);
    const cause = slot.cause ?? 'crash';
    if (cause === 'crash') this.#fault = `a worker ended: ${reason}`;
    if (cause === 'deadline') this.#fault = 'a worker ran into its deadline';
    const restartInMs = this.#breaker.waitMs(nowMs);
    this.#events?.workerLost({ cause, reason: this.#fault ?? reason, restartInMs });
    if (restartInMs === 0) return this.#refill();
    this.#cancelRestart();
    this.#cancelRestart = this.#clock.after(restartInMs, () => this.#refill());
    if (this.#slots.size === 0)
      for (const job of this.#queue.splice(0)) job.reject(noWorker(this.#fault));
  }

  #refill(): void {
    while (this.#phase !== 'closing' && this.#slots.size < this.#options.workers) this.#add();
  }

  #add(): void {
    const slot: Slot = {
      worker: this.#spawn({
        said: (message) => this.#heard(slot, message),
        ended: (reason) => this.#ended(slot, reason),
      }),
      state: 'starting',
      job: null,
      cause: null,
      cancelTimer: this.#clock.after(startMsMax, () => this.#stop(slot, 'deadline')),
    };
    this.#slots.add(slot);
    slot.worker.tell({ kind: 'start', setup: this.#options.setup });
  }

  /** Moves a drain along: workers are let go when nothing waits or runs, and the drain ends with the last of them. */
  #settle(): void {
    const working = this.#queue.length > 0 || this.#count('busy') > 0;
    if (this.#phase === 'draining' && !working) this.#close();
    if (this.#phase === 'closing' && this.#slots.size === 0) this.#drained();
  }

  #close(): void {
    this.#phase = 'closing';
    this.#cancelRestart();
    for (const slot of this.#slots) {
      slot.cancelTimer();
      slot.state = 'closing';
      slot.worker.tell({ kind: 'close' });
      slot.cancelTimer = this.#clock.after(closeMsMax, () => slot.worker.kill());
    }
  }

  #count(state: Slot['state']): number {
    return [...this.#slots].filter((slot) => slot.state === state).length;
  }
}
