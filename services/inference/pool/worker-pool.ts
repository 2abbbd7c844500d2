// A bounded queue in front of worker processes. Each runs one job at a time; a lost worker is replaced, its job tried once more.
import type { EngineOutput } from '../../../models/engine/engine.ts';
import type { Reading } from '../../../models/reader.ts';
import type { Clock } from './clock.ts';
import { CrashBreaker, usualBreaker } from './crash-breaker.ts';
import type { PoolEvents, PoolStatus, RenewablePool, Renewed } from './inference-pool.ts';
import {
  candidateFailed,
  draining,
  noWorker,
  queueFull,
  ranTooLong,
  shed,
  undecodable,
  versionGone,
  waitedTooLong,
} from './job.ts';
import type { Job } from './job.ts';
import { backgroundMax, JobQueue } from './job-queue.ts';
import { isSameModel, unpackError } from './messages.ts';
import type {
  FromWorker,
  ModelVersion,
  Readiness,
  Task,
  TaskResult,
  WorkerSetup,
} from './messages.ts';
import { PoisonedInputs } from './poisoned-inputs.ts';
import { ServiceTime } from './service-time.ts';
import { canRun, chosenFor, goldenFault, modelOf, runsCandidate } from './slot.ts';
import type { Slot } from './slot.ts';
import type { SpawnWorker } from './worker-process.ts';

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

/** A request may have chosen its version this long before it comes for a worker: the stores are asked in between. */
const lingerMs = 10_000;

interface Renewal {
  readonly generation: number;
  readonly setup: WorkerSetup;
  readonly resolve: (renewed: Renewed) => void;
}

const never = () => undefined;

export class WorkerPool implements RenewablePool {
  readonly #options: PoolOptions;
  readonly #spawn: SpawnWorker;
  readonly #clock: Clock;
  readonly #breaker = new CrashBreaker(usualBreaker);
  readonly #serviceTime = new ServiceTime();
  readonly #slots = new Set<Slot>();
  readonly #queue = new JobQueue();
  readonly #poisoned = new PoisonedInputs();
  #setAside: readonly ModelVersion[] = [];
  #setup: WorkerSetup;
  #generation = 0;
  #generationsMade = 0;
  #renewal: Renewal | null = null;
  /** Workers of generations before this one go as soon as nothing waits for them. */
  #leavingBefore = 0;
  #events: PoolEvents | null = null;
  #readiness: Readiness | null = null;
  #fault: string | null = null;
  #drain: Promise<void> | null = null;
  #drained: () => void = never;
  #phase: 'serving' | 'draining' | 'closing' = 'serving';
  #cancelRestart: () => void = never;

  constructor(options: PoolOptions, spawn: SpawnWorker, clock: Clock) {
    this.#options = options;
    this.#setup = options.setup;
    this.#spawn = spawn;
    this.#clock = clock;
  }

  start(events: PoolEvents): void {
    this.#events = events;
    this.#refill();
  }

  read(model: ModelVersion, image: Uint8Array): Promise<Reading> {
    return this.#submit({ kind: 'read', model: named(model), image }) as Promise<Reading>;
  }

  infer(model: ModelVersion, input: Float32Array, n: number): Promise<EngineOutput> {
    const task = { kind: 'infer', model: named(model), input, n } as const;
    return this.#submit(task) as Promise<EngineOutput>;
  }

  preview(image: Uint8Array, sideMax?: number): Promise<Uint8Array> {
    const size = sideMax === undefined ? {} : { sideMax };
    return this.#submit({ kind: 'preview', image, ...size }) as Promise<Uint8Array>;
  }

  readAlong(model: ModelVersion, image: Uint8Array): Promise<Reading> {
    const task = { kind: 'read', model: named(model), image } as const;
    return this.#submit(task, { dueAtMs: Number.POSITIVE_INFINITY }) as Promise<Reading>;
  }

  golden(model: ModelVersion, index: number, waitMsMax: number): Promise<number> {
    const task = { kind: 'golden', model: named(model), index } as const;
    return this.#submit(task, { dueAtMs: this.#clock.nowMs() + waitMsMax }) as Promise<number>;
  }

  status(): PoolStatus {
    const current = this.#ofGeneration(this.#generation);
    const workersLive = current.filter(({ state }) => state === 'idle' || state === 'busy').length;
    return {
      readiness: this.#readiness,
      ready: this.#readiness !== null && workersLive > 0 && this.#phase === 'serving',
      workersLive,
      workersWanted: this.#options.workers,
      queueLength: this.#queue.length,
      running: this.#inState('busy').length,
      setAside: this.#setAside,
      fault: this.#fault,
    };
  }

  retryAfterSeconds(): number {
    const { queueLength, running, workersLive } = this.status();
    return this.#serviceTime.retryAfterSeconds(queueLength + running, workersLive);
  }

  renew(setup: WorkerSetup): Promise<Renewed> {
    this.#endRenewal({ outcome: 'superseded' });
    if (this.#phase !== 'serving') return Promise.resolve({ outcome: 'superseded' });
    return new Promise((resolve) => {
      this.#renewal = { generation: (this.#generationsMade += 1), setup, resolve };
      this.#add(this.#renewal);
    });
  }

  /** Finishes what waits and what runs, then lets the workers go. No run is ever cut short but by its own deadline. */
  drain(): Promise<void> {
    this.#drain ??= new Promise((resolve) => {
      this.#phase = 'draining';
      this.#drained = resolve;
      this.#endRenewal({ outcome: 'superseded' });
      for (const job of this.#queue.remove(({ background }) => background !== null))
        job.reject(draining());
    });
    this.#settle();
    return this.#drain;
  }

  /** For when a drain came to its deadline: ends every worker, and whatever it was doing. */
  abandon(): void {
    this.#phase = 'closing';
    this.#cancelRestart();
    for (const job of this.#queue.remove()) job.reject(draining());
    for (const slot of this.#slots) {
      slot.job?.reject(draining());
      slot.job = null;
      slot.worker.kill();
    }
  }

  #submit(task: Task, background: Job['background'] = null): Promise<TaskResult> {
    const refusal = this.#refusal(task, background);
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const nowMs = this.#clock.nowMs();
      this.#queue.add({
        task,
        submittedAtMs: nowMs,
        background,
        startedAtMs: nowMs,
        crashes: 0,
        resolve,
        reject,
      });
      this.#pump();
    });
  }

  #refusal(task: Task, background: Job['background']): Error | null {
    if (this.#phase !== 'serving') return draining();
    if (this.#slots.size === 0) return noWorker(this.#fault);
    const { queueMax } = this.#options;
    if (background !== null) return this.#queue.isBackgroundFull ? queueFull(backgroundMax) : null;
    if (this.#queue.length >= queueMax) return queueFull(queueMax);
    return this.#poisoned.has(task) ? undecodable() : null;
  }

  /** Hands waiting jobs to idle workers; a job that has waited too long is answered without a run nobody waits for. */
  #pump(): void {
    const waitedMsMax = this.#options.queueSecondsMax * 1_000;
    const nowMs = this.#clock.nowMs();
    for (;;) {
      const idle = this.#inState('idle').filter(({ generation }) => generation <= this.#generation);
      const job = this.#queue.take({
        nowMs,
        canRun: (one) => idle.some((slot) => canRun(slot, one)),
        backgroundRuns: this.#inState('busy').some((slot) => slot.job?.background),
      });
      if (job === undefined) break;
      if (job.background === null && nowMs - job.submittedAtMs > waitedMsMax)
        job.reject(waitedTooLong(this.#options.queueSecondsMax));
      else this.#assign(job, this.#idleFor(job, idle));
    }
    this.#refuseTheHopeless();
    this.#settle();
  }

  /** Those of the present generation first: the others are on their way out. */
  #idleFor(job: Job, idle: readonly Slot[]): Slot | undefined {
    const able = idle.filter((slot) => canRun(slot, job));
    const current = able.filter(({ generation }) => generation === this.#generation);
    return chosenFor(job, current.length > 0 ? current : able);
  }

  #refuseTheHopeless(): void {
    const open = [...this.#slots].filter(({ state }) => state !== 'closing' && state !== 'ended');
    const isStarting = open.some(({ state }) => state === 'starting');
    const isHopeless = (job: Job) => !isStarting && !open.some((slot) => canRun(slot, job));
    if (open.length > 0)
      for (const job of this.#queue.remove(isHopeless)) job.reject(versionGone());
    if (this.#queue.length > 0)
      for (const job of this.#queue.remove(({ background }) => background?.dueAtMs === Infinity))
        job.reject(shed());
  }

  #assign(job: Job, slot: Slot | undefined): void {
    if (slot === undefined) return;
    slot.state = 'busy';
    slot.job = job;
    job.startedAtMs = this.#clock.nowMs();
    if (job.background !== null) slot.backgroundAtMs = job.startedAtMs;
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
    if (message.kind === 'unfit')
      return this.#stop(slot, 'unfit', unpackError(message.error).message);
    const job = slot.job;
    slot.job = null;
    slot.state = 'idle';
    const fault = job === null ? null : goldenFault(slot, job, message);
    if (job !== null) this.#finish(job, message);
    const residentBytesMax = this.#options.workerResidentMiBMax * 2 ** 20;
    if (fault !== null) this.#stop(slot, 'unfit', fault);
    else if (message.residentBytes > residentBytesMax) this.#stop(slot, 'grown');
    this.#pump();
  }

  #becomeReady(slot: Slot, readiness: Readiness): void {
    slot.cancelTimer();
    slot.state = 'idle';
    slot.readiness = readiness;
    if (slot.generation === this.#renewal?.generation) return this.#renewed(this.#renewal);
    if (slot.generation === this.#generation) {
      this.#readiness = readiness;
      this.#fault = null;
      this.#events?.workerReady(readiness);
    }
    this.#pump();
  }

  /** One new worker starts at a time, so that users keep the other cores; the last one's readiness hands the work over. */
  #renewed(renewal: Renewal): void {
    const fresh = this.#ofGeneration(renewal.generation);
    if (fresh.length < this.#options.workers) return this.#add(renewal);
    this.#generation = renewal.generation;
    this.#setup = renewal.setup;
    this.#renewal = null;
    this.#setAside = [];
    this.#readiness = fresh.at(-1)?.readiness ?? null;
    this.#fault = null;
    if (this.#readiness !== null) this.#events?.workerReady(this.#readiness);
    const leavingBefore = renewal.generation;
    this.#clock.after(lingerMs, () => {
      this.#leavingBefore = Math.max(this.#leavingBefore, leavingBefore);
      this.#settle();
    });
    renewal.resolve({ outcome: 'taken-up' });
    this.#pump();
  }

  #endRenewal(renewed: Renewed): void {
    const renewal = this.#renewal;
    if (renewal === null) return;
    this.#renewal = null;
    for (const slot of this.#ofGeneration(renewal.generation)) this.#stop(slot, 'renewed');
    renewal.resolve(renewed);
  }

  #finish(job: Job, message: Extract<FromWorker, { kind: 'done' | 'refused' }>): void {
    const ranMs = this.#clock.nowMs() - job.startedAtMs;
    const { kind } = job.task;
    if (job.background === null) this.#serviceTime.add(ranMs);
    this.#events?.finished({
      task: kind === 'read' && job.background !== null ? 'shadow' : kind,
      model: modelOf(job.task),
      outcome: message.kind === 'done' ? 'answered' : 'refused',
      refusal:
        message.kind === 'refused' && message.error.kind === 'input' ? message.error.code : null,
      queuedMs: job.startedAtMs - job.submittedAtMs,
      ranMs,
    });
    if (message.kind === 'done') job.resolve(message.result);
    else job.reject(unpackError(message.error));
  }

  #stop(slot: Slot, cause: NonNullable<Slot['cause']>, fault: string | null = null): void {
    slot.cancelTimer();
    slot.cause = cause;
    slot.fault = fault;
    slot.state = slot.state === 'ended' ? 'ended' : 'closing';
    if (cause === 'deadline' && slot.job !== null && !runsCandidate(slot)) {
      slot.job.reject(ranTooLong(this.#options.runSecondsMax));
      slot.job = null;
    }
    slot.worker.kill();
  }

  #ended(slot: Slot, reason: string): void {
    slot.cancelTimer();
    slot.state = 'ended';
    this.#slots.delete(slot);
    if (slot.job !== null) this.#retryOrRefuse(slot, slot.job);
    slot.job = null;
    if (this.#phase !== 'closing') this.#replace(slot, reason);
    this.#pump();
  }

  /** The first crash may be the worker's own; the second in another worker is the input's. */
  #retryOrRefuse(slot: Slot, job: Job): void {
    if (runsCandidate(slot)) return this.#putAside(slot, job);
    job.crashes += 1;
    if (job.crashes < 2 && job.background === null) return this.#queue.addAgain(job);
    if (job.background === null) this.#poisoned.add(job.task);
    job.reject(undecodable());
  }

  /** A version on probation has ended its worker once, which is enough. */
  #putAside(slot: Slot, job: Job): void {
    const model = modelOf(job.task);
    slot.cause = 'candidate';
    slot.fault = model === null ? null : `${model.name} ${model.version} ended its worker`;
    const isKnown = this.#setAside.some((one) => model !== null && isSameModel(one, model));
    if (model !== null && !isKnown) this.#setAside = [...this.#setAside, model];
    job.reject(candidateFailed());
  }

  #replace(slot: Slot, reason: string): void {
    if (slot.cause === 'renewed' || slot.generation < this.#generation) return;
    if (slot.generation === this.#renewal?.generation)
      return this.#endRenewal({ outcome: 'refused', reason: slot.fault ?? reason });
    const nowMs = this.#clock.nowMs();
    const cause = slot.cause ?? 'crash';
    // Neither did anything wrong itself, and its successor starts from nothing.
    if (cause !== 'grown' && cause !== 'candidate') this.#breaker.add(nowMs);
    this.#fault = faultOf(slot, reason) ?? this.#fault;
    const restartInMs = this.#breaker.waitMs(nowMs);
    this.#events?.workerLost({ cause, reason: this.#fault ?? reason, restartInMs });
    if (restartInMs === 0) return this.#refill();
    this.#cancelRestart();
    this.#cancelRestart = this.#clock.after(restartInMs, () => this.#refill());
    if (this.#slots.size === 0)
      for (const job of this.#queue.remove()) job.reject(noWorker(this.#fault));
  }

  #refill(): void {
    const { workers } = this.#options;
    while (this.#phase !== 'closing' && this.#ofGeneration(this.#generation).length < workers)
      this.#add({ generation: this.#generation, setup: this.#setup });
  }

  #add({ generation, setup }: Pick<Renewal, 'generation' | 'setup'>): void {
    const slot: Slot = {
      worker: this.#spawn({
        said: (message) => this.#heard(slot, message),
        ended: (reason) => this.#ended(slot, reason),
      }),
      generation,
      state: 'starting',
      readiness: null,
      job: null,
      backgroundAtMs: 0,
      cause: null,
      fault: null,
      cancelTimer: this.#clock.after(startMsMax, () => this.#stop(slot, 'deadline')),
    };
    this.#slots.add(slot);
    slot.worker.tell({ kind: 'start', setup });
  }

  /** Moves what is ending along: old workers are let go when nothing is left for them, all of them at the end of a drain. */
  #settle(): void {
    const current = this.#ofGeneration(this.#generation);
    for (const slot of this.#slots) {
      const isNeeded = (job: Job) => canRun(slot, job) && !current.some((one) => canRun(one, job));
      const isDone = slot.state === 'starting' || slot.state === 'idle';
      if (slot.generation < this.#leavingBefore && isDone && !this.#queue.some(isNeeded))
        this.#letGo(slot);
    }
    const working = this.#queue.length > 0 || this.#inState('busy').length > 0;
    if (this.#phase === 'draining' && !working) this.#close();
    if (this.#phase === 'closing' && this.#slots.size === 0) this.#drained();
  }

  #close(): void {
    this.#phase = 'closing';
    this.#cancelRestart();
    for (const slot of this.#slots) this.#letGo(slot);
  }

  #letGo(slot: Slot): void {
    slot.cancelTimer();
    slot.state = 'closing';
    slot.cause ??= 'renewed';
    slot.worker.tell({ kind: 'close' });
    slot.cancelTimer = this.#clock.after(closeMsMax, () => slot.worker.kill());
  }

  #inState(state: Slot['state']): readonly Slot[] {
    return [...this.#slots].filter((slot) => slot.state === state);
  }

  #ofGeneration(wanted: number): readonly Slot[] {
    return [...this.#slots].filter(({ generation }) => generation === wanted);
  }
}

function faultOf({ cause, fault }: Slot, reason: string): string | null {
  if (cause === null) return `a worker ended: ${reason}`;
  return cause === 'deadline' ? 'a worker ran into its deadline' : fault;
}

/** A manifest says more of itself than a worker needs to be told. */
const named = ({ name, version }: ModelVersion): ModelVersion => ({ name, version });
