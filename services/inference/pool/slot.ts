// One worker's place in the pool: what it can read, what it runs now, and which change of models it belongs to.
import { logitDeltaMax } from '../../../models/engine/engine.ts';
import type { Job } from './job.ts';
import { isSameModel } from './messages.ts';
import type { FromWorker, ModelVersion, Readiness, Task } from './messages.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface Slot {
  readonly worker: WorkerProcess;
  /** Counts the changes of models; the workers of one generation opened the same versions. */
  readonly generation: number;
  state: 'starting' | 'idle' | 'busy' | 'closing' | 'ended';
  /** Null until it is ready. */
  readiness: Readiness | null;
  job: Job | null;
  backgroundAtMs: number;
  /** Set when we end the worker ourselves, so that its end is booked under the right cause. */
  cause: 'deadline' | 'unfit' | 'grown' | 'candidate' | 'renewed' | null;
  /** What to say of that end, where there is more to say than its cause. */
  fault: string | null;
  cancelTimer: () => void;
}

export const modelOf = (task: Task): ModelVersion | null =>
  task.kind === 'preview' ? null : task.model;

export function canRun({ readiness }: Pick<Slot, 'readiness'>, { task }: Job): boolean {
  const model = modelOf(task);
  if (readiness === null || model === null) return readiness !== null;
  const opened = [...readiness.models, ...readiness.candidates.map(({ manifest }) => manifest)];
  return opened.some((one) => isSameModel(one, model));
}

/** Whether what it runs is a version on probation. */
export function runsCandidate({ readiness, job }: Pick<Slot, 'readiness' | 'job'>): boolean {
  const model = job === null ? null : modelOf(job.task);
  const isInProduction = readiness?.models.some((one) => model !== null && isSameModel(one, model));
  return model !== null && isInProduction === false;
}

/** What to say of a worker that answered a golden input of a model in production otherwise than its manifest does. */
export function goldenFault(
  { readiness }: Pick<Slot, 'readiness'>,
  { task }: Job,
  message: FromWorker,
): string | null {
  if (task.kind !== 'golden' || message.kind !== 'done') return null;
  const manifest = readiness?.models.find((one) => isSameModel(one, task.model));
  const golden = manifest?.golden[task.index];
  if (golden === undefined) return null;
  const delta = Math.abs(Number(message.result) - golden.logit);
  return delta <= logitDeltaMax
    ? null
    : `${task.model.name} ${task.model.version} answers golden input ${task.index} with another logit`;
}

/**
 * Of those that can: of the present generation if any is, for the others are on their way out. A user's job goes to whoever is free;
 * a check to the worker whose last one is longest ago, so that each has its turn.
 */
export function chosenFor(job: Job, idle: readonly Slot[], generation: number): Slot | undefined {
  const able = idle.filter((slot) => canRun(slot, job));
  const current = able.filter((slot) => slot.generation === generation);
  const chosen = current.length > 0 ? current : able;
  if (job.background === null) return chosen.at(-1);
  return chosen.toSorted((a, b) => a.backgroundAtMs - b.backgroundAtMs)[0];
}

/** What to say of an end; null where its cause says all. */
export function faultOf({ cause, fault }: Slot, reason: string): string | null {
  if (cause === null) return `a worker ended: ${reason}`;
  return cause === 'deadline' ? 'a worker ran into its deadline' : fault;
}
