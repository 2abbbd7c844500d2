// The worker process: opens the models once, then runs one task at a time until it is told to close or the service is gone.
import type { FromWorker, ToWorker } from './messages.ts';
import { packError } from './messages.ts';
import { openReaders } from './open-readers.ts';
import type { OpenReaders } from './open-readers.ts';
import { runTask } from './run-task.ts';

let opened: OpenReaders | null = null;

const tell = (message: FromWorker) => process.send?.(message);

async function start(message: Extract<ToWorker, { kind: 'start' }>): Promise<void> {
  try {
    opened = await openReaders(message.setup);
    tell({ kind: 'ready', readiness: opened.readiness });
  } catch (error) {
    tell({ kind: 'unfit', error: packError(error) });
  }
}

async function run({ task }: Extract<ToWorker, { kind: 'task' }>): Promise<void> {
  try {
    if (opened === null) throw new Error('a task came before the models were open');
    const result = await runTask(opened.readers, task);
    tell({ kind: 'done', result, residentBytes: process.memoryUsage.rss() });
  } catch (error) {
    tell({ kind: 'refused', error: packError(error), residentBytes: process.memoryUsage.rss() });
  }
}

async function close(): Promise<void> {
  for (const reader of opened?.readers.values() ?? []) await reader.close();
  process.exit(0);
}

function handle(message: ToWorker): Promise<void> {
  if (message.kind === 'start') return start(message);
  return message.kind === 'task' ? run(message) : close();
}

// An error outside a task leaves the worker in an unknown state: end, and be replaced.
process.on('message', (message) => void handle(message as ToWorker).catch(() => process.exit(1)));
// The terminal's Ctrl-C reaches the whole group; the service decides when a worker ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// Without its service nobody would read the answers.
process.on('disconnect', () => process.exit(0));
