// A run that came to its end, as the pool's events tell it. Pure.
import type { PoolEvents } from './inference-pool.ts';
import type { Job } from './job.ts';
import type { FromWorker } from './messages.ts';
import { modelOf } from './slot.ts';

export type Answered = Extract<FromWorker, { kind: 'done' | 'refused' }>;

export function finishedRun(
  { task, background, startedAtMs, submittedAtMs }: Job,
  message: Answered,
  nowMs: number,
): Parameters<PoolEvents['finished']>[0] {
  return {
    task: task.kind === 'read' && background !== null ? 'shadow' : task.kind,
    model: modelOf(task),
    outcome: message.kind === 'done' ? 'answered' : 'refused',
    refusal:
      message.kind === 'refused' && message.error.kind === 'input' ? message.error.code : null,
    queuedMs: startedAtMs - submittedAtMs,
    ranMs: nowMs - startedAtMs,
  };
}
