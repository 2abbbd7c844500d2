// Work that was left over gets a worker: whatever the reason, a lost machine, a start that failed, or a night in between.
import { jobQueues } from '../adapters/job-store.ts';
import type { JobQueue, JobStore } from '../adapters/job-store.ts';
import type { TaskStarter } from './task-starter.ts';

interface Ports {
  readonly jobs: Pick<JobStore, 'hasDue'>;
  readonly starter: TaskStarter;
}

/** Returns the queues that had work. One that cannot be started does not keep the others from it. */
export async function startDue(
  { jobs, starter }: Ports,
  token: string,
): Promise<readonly JobQueue[]> {
  const started: JobQueue[] = [];
  const faults: unknown[] = [];
  for (const queue of jobQueues)
    try {
      if (!(await jobs.hasDue(queue))) continue;
      await starter.start(queue, `${token}-${queue}`);
      started.push(queue);
    } catch (error) {
      faults.push(error);
    }
  if (faults.length > 0) throw new AggregateError(faults, 'work is due and could not be started');
  return started;
}
