// The port to whatever starts the workers of a queue.
import type { JobQueue } from '../adapters/job-store.ts';

export interface TaskStarter {
  /** Safe to repeat: two calls with one token start one worker. `TransientError` 'not-started' when none could be. */
  start(queue: JobQueue, token: string): Promise<void>;
}
