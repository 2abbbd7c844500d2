// A bounded queue in front of worker processes. Each runs one job at a time; a lost worker is replaced, its job tried once more.
import type { Clock } from './clock.ts';
import { CrashBreaker, usualBreaker } from './crash-breaker.ts';
import { Crew } from './crew.ts';
import type { Generation } from './crew.ts';
import { finishedRun } from './finished-run.ts';
import type { Answered } from './finished-run.ts';
import { refuseHopeless } from './hopeless-jobs.ts';
import type {
  PoolEvents,
  PoolOptions,
  PoolStatus,
  RenewablePool,
  Renewed,
} from './inference-pool.ts';
import { draining, noWorker, queueFull, ranTooLong, undecodable, waitedTooLong } from './job.ts';
import type { Job } from './job.ts';
import { backgroundMax, JobQueue } from './job-queue.ts';
import { unpackError } from './messages.ts';
import type { FromWorker, Readiness, Task, TaskResult, WorkerSetup } from './messages.ts';
import { PoisonedInputs } from './poisoned-inputs.ts';
import { ServiceTime } from './service-time.ts';
import { SetAside } from './set-aside.ts';
import { canRun, chosenFor, faultOf, goldenFault, runsCandidate } from './slot.ts';
import type { Slot } from './slot.ts';
import { TaskFront } from './task-front.ts';
import type { SpawnWorker } from './worker-process.ts';

/** A request may have chosen its version this long before it comes for a worker: the stores are asked in between. */
const lingerMs = 10_000;

interface Renewal extends Generation {
  readonly resolve: (renewed: Renewed) => void;
}

type Loss = Parameters<PoolEvents['workerLost']>[0];

const never = () => undefined;

export class WorkerPool extends TaskFront implements RenewablePool {
  readonly #options: PoolOptions;
  readonly #clock: Clock;
  readonly #breaker = new CrashBreaker(usualBreaker);
  readonly #serviceTime = new ServiceTime();
  readonly #crew: Crew;
  readonly #queue = new JobQueue();
  readonly #poisoned = new PoisonedInputs();
  readonly #setAside = new SetAside();
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
    super();
    this.#options = options;
    this.#setup = options.setup;
    this.#clock = clock;
    this.#crew = new Crew(spawn, clock, {
      said: (slot, message) => this.#heard(slot, message),
      ended: (slot, reason) => this.#ended(slot, reason),
      late: (slot) => this.#stop(slot, 'deadline'),
    });
  }

  start(events: PoolEvents): void {
    this.#events = events;
    this.#refill();
  }

  status(): PoolStatus {
    const current = this.#crew.ofGeneration(this.#generation);
    const workersLive = current.filter(({ state }) => state === 'idle' || state === 'busy').length;
    return {
      readiness: this.#readiness,
      ready: this.#readiness !== null && workersLive > 0 && this.#phase === 'serving',
      workersLive,
      workersWanted: this.#options.workers,
      queueLength: this.#queue.length,
      running: this.#crew.inState('busy').length,
      setAside: this.#setAside.models,
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
      this.#crew.add(this.#renewal);
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
    for (const slot of this.#crew.all()) {
      slot.job?.reject(draining());
      slot.job = null;
      slot.worker.kill();
    }
  }

  protected nowMs(): number {
    return this.#clock.nowMs();
  }

  protected submit(task: Task, background: Job['background'] = null): Promise<TaskResult> {
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
    if (this.#crew.size === 0) return noWorker(this.#fault);
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
      const idle = this.#crew
        .inState('idle')
        .filter(({ generation }) => generation <= this.#generation);
      const job = this.#queue.take({
        nowMs,
        canRun: (one) => idle.some((slot) => canRun(slot, one)),
        backgroundRuns: this.#crew.inState('busy').some((slot) => slot.job?.background),
      });
      if (job === undefined) break;
      if (job.background === null && nowMs - job.submittedAtMs > waitedMsMax)
        job.reject(waitedTooLong(this.#options.queueSecondsMax));
      else this.#assign(job, chosenFor(job, idle, this.#generation));
    }
    refuseHopeless(this.#queue, this.#crew.all());
    this.#settle();
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
    const fresh = this.#crew.ofGeneration(renewal.generation);
    if (fresh.length < this.#options.workers) return this.#crew.add(renewal);
    this.#generation = renewal.generation;
    this.#setup = renewal.setup;
    this.#renewal = null;
    this.#setAside.forget();
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
    for (const slot of this.#crew.ofGeneration(renewal.generation)) this.#stop(slot, 'renewed');
    renewal.resolve(renewed);
  }

  #finish(job: Job, message: Answered): void {
    const run = finishedRun(job, message, this.#clock.nowMs());
    if (job.background === null) this.#serviceTime.add(run.ranMs);
    this.#events?.finished(run);
    if (message.kind === 'done') job.resolve(message.result);
    else job.reject(unpackError(message.error));
  }

  #stop(slot: Slot, cause: NonNullable<Slot['cause']>, fault: string | null = null): void {
    if (cause === 'deadline' && slot.job !== null && !runsCandidate(slot)) {
      slot.job.reject(ranTooLong(this.#options.runSecondsMax));
      slot.job = null;
    }
    this.#crew.kill(slot, cause, fault);
  }

  #ended(slot: Slot, reason: string): void {
    if (slot.job !== null) this.#retryOrRefuse(slot, slot.job);
    slot.job = null;
    if (this.#phase !== 'closing') this.#replace(slot, reason);
    this.#pump();
  }

  /** The first crash may be the worker's own; the second in another worker is the input's. */
  #retryOrRefuse(slot: Slot, job: Job): void {
    if (runsCandidate(slot)) return this.#setAside.add(slot, job);
    job.crashes += 1;
    if (job.crashes < 2 && job.background === null) return this.#queue.addAgain(job);
    if (job.background === null) this.#poisoned.add(job.task);
    job.reject(undecodable());
  }

  #replace(slot: Slot, reason: string): void {
    if (slot.cause === 'renewed' || slot.generation < this.#generation) return;
    if (slot.generation === this.#renewal?.generation)
      return this.#endRenewal({ outcome: 'refused', reason: slot.fault ?? reason });
    this.#count(slot, slot.cause ?? 'crash', reason);
  }

  #count(slot: Slot, cause: Loss['cause'], reason: string): void {
    const nowMs = this.#clock.nowMs();
    // Neither did anything wrong itself, and its successor starts from nothing.
    if (cause !== 'grown' && cause !== 'candidate') this.#breaker.add(nowMs);
    this.#fault = faultOf(slot, reason) ?? this.#fault;
    const restartInMs = this.#breaker.waitMs(nowMs);
    this.#events?.workerLost({ cause, reason: this.#fault ?? reason, restartInMs });
    if (restartInMs === 0) return this.#refill();
    this.#cancelRestart();
    this.#cancelRestart = this.#clock.after(restartInMs, () => this.#refill());
    if (this.#crew.size === 0)
      for (const job of this.#queue.remove()) job.reject(noWorker(this.#fault));
  }

  #refill(): void {
    const { workers } = this.#options;
    while (this.#phase !== 'closing' && this.#crew.ofGeneration(this.#generation).length < workers)
      this.#crew.add({ generation: this.#generation, setup: this.#setup });
  }

  /** Moves what is ending along: old workers are let go when nothing is left for them, all of them at the end of a drain. */
  #settle(): void {
    const current = this.#crew.ofGeneration(this.#generation);
    for (const slot of this.#crew.all()) {
      const isNeeded = (job: Job) => canRun(slot, job) && !current.some((one) => canRun(one, job));
      const isDone = slot.state === 'starting' || slot.state === 'idle';
      if (slot.generation < this.#leavingBefore && isDone && !this.#queue.some(isNeeded))
        this.#crew.letGo(slot);
    }
    const working = this.#queue.length > 0 || this.#crew.inState('busy').length > 0;
    if (this.#phase === 'draining' && !working) this.#close();
    if (this.#phase === 'closing' && this.#crew.size === 0) this.#drained();
  }

  #close(): void {
    this.#phase = 'closing';
    this.#cancelRestart();
    for (const slot of this.#crew.all()) this.#crew.letGo(slot);
  }
}
