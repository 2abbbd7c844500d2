// Jobs that no worker will ever take, and those that make room for users.
import { shed, versionGone } from './job.ts';
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';
import { canRun } from './slot.ts';
import type { Slot } from './slot.ts';

export function refuseHopeless(queue: JobQueue, slots: readonly Slot[]): void {
  const open = slots.filter(({ state }) => state !== 'closing' && state !== 'ended');
  const isStarting = open.some(({ state }) => state === 'starting');
  const isHopeless = (job: Job) => !isStarting && !open.some((slot) => canRun(slot, job));
  if (open.length > 0) for (const job of queue.remove(isHopeless)) job.reject(versionGone());
  if (queue.length > 0)
    for (const job of queue.remove(({ background }) => background?.dueAtMs === Infinity))
      job.reject(shed());
}
