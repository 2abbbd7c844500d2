import { expect, test } from '@jest/globals';
import type { JobQueue } from '../../../services/adapters/job-store.ts';
import { startDue } from '../../../services/pipelines/start-due.ts';

function world(due: readonly JobQueue[], broken: readonly JobQueue[] = []) {
  const started: string[] = [];
  const ports = {
    jobs: { hasDue: async (queue: JobQueue) => due.includes(queue) },
    starter: {
      start: async (queue: JobQueue, token: string) => {
        if (broken.includes(queue)) throw new Error(`no room for ${queue}`);
        started.push(`${queue} ${token}`);
      },
    },
  };
  return { ports, started };
}

test('starts what has work, and nothing else', async () => {
  const { ports, started } = world(['active-learning']);
  expect(await startDue(ports, 'call-1')).toEqual(['active-learning']);
  expect(started).toEqual(['active-learning call-1-active-learning']);
  expect(await startDue(world([]).ports, 'call-2')).toEqual([]);
});

test('one queue that cannot be started does not keep the other waiting, and is reported', async () => {
  const { ports, started } = world(['image-batch', 'active-learning'], ['image-batch']);
  await expect(startDue(ports, 'call-1')).rejects.toMatchObject({
    errors: [expect.objectContaining({ message: 'no room for image-batch' })],
  });
  expect(started).toEqual(['active-learning call-1-active-learning']);
});
