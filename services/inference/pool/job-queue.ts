// What waits for a worker: users in the order they came, and behind them, one at a time, what nobody waits for.
import type { Job } from './job.ts';

/** Golden checks come one by one; the rest are films for shadows to read, of up to 48 MiB each. */
export const backgroundMax = 4;

export interface Taking {
  readonly nowMs: number;
  /** Whether a worker is free that can run the job. */
  readonly canRun: (job: Job) => boolean;
  /** A job of the background runs already: the next one waits, so that users never find every worker taken by them. */
  readonly backgroundRuns: boolean;
}

export class JobQueue {
  #users: Job[] = [];
  #background: Job[] = [];

  /** Of users; what nobody waits for is in nobody's way. */
  get length(): number {
    return this.#users.length;
  }

  get isBackgroundFull(): boolean {
    return this.#background.length >= backgroundMax;
  }

  add(job: Job): void {
    (job.background === null ? this.#users : this.#background).push(job);
  }

  /** In front of all: it has waited before. */
  addAgain(job: Job): void {
    this.#users.unshift(job);
  }

  /** A check that has waited its time goes first, once: a machine that is never idle is checked too. */
  take({ nowMs, canRun, backgroundRuns }: Taking): Job | undefined {
    const background = backgroundRuns ? undefined : this.#background.find(canRun);
    const isDue = nowMs >= (background?.background?.dueAtMs ?? Number.POSITIVE_INFINITY);
    const job = isDue ? background : (this.#users.find(canRun) ?? background);
    if (job !== undefined) this.#drop((other) => other === job);
    return job;
  }

  some(isMeant: (job: Job) => boolean): boolean {
    return this.#users.some(isMeant) || this.#background.some(isMeant);
  }

  /** Takes out whatever is meant, for the caller to refuse. */
  remove(isMeant: (job: Job) => boolean = () => true): readonly Job[] {
    const removed = [...this.#users, ...this.#background].filter(isMeant);
    this.#drop(isMeant);
    return removed;
  }

  #drop(isMeant: (job: Job) => boolean): void {
    this.#users = this.#users.filter((job) => !isMeant(job));
    this.#background = this.#background.filter((job) => !isMeant(job));
  }
}
