// A worker pool whose workers do exactly what a test says, under a clock that stands still.
import type { PoolEvents } from '../../services/inference/pool/inference-pool.ts';
import type {
  FromWorker,
  Readiness,
  TaskResult,
  ToWorker,
} from '../../services/inference/pool/messages.ts';
import { WorkerPool } from '../../services/inference/pool/worker-pool.ts';
import type { PoolOptions } from '../../services/inference/pool/inference-pool.ts';
import type { WorkerListener } from '../../services/inference/pool/worker-process.ts';
import { imageManifest } from './manifests.ts';
import { manualClock } from './manual-clock.ts';

export const readiness: Readiness = {
  engine: { id: 'onnx', description: 'test engine' },
  models: [imageManifest],
  candidates: [],
  rejected: [],
};
export const reading = {
  logit: 0,
  probability: 0.5,
  features: null,
  isFamiliar: true,
  heatmapPng: Uint8Array.of(7),
};

class ScriptedWorker {
  readonly heard: ToWorker[] = [];
  killed = false;
  readonly #listener: WorkerListener;
  constructor(listener: WorkerListener) {
    this.#listener = listener;
  }
  tell(message: ToWorker): void {
    this.heard.push(message);
  }
  kill(): void {
    this.killed = true;
    this.end('signal SIGKILL');
  }
  say(message: FromWorker): void {
    this.#listener.said(message);
  }
  end(reason = 'exit code 134'): void {
    this.#listener.ended(reason);
  }
  ready(as: Readiness = readiness): void {
    this.say({ kind: 'ready', readiness: as });
  }
  answer(residentBytes = 1, result: TaskResult = reading): void {
    this.say({ kind: 'done', result, residentBytes });
  }
  get tasks(): number {
    return this.heard.filter(({ kind }) => kind === 'task').length;
  }
}

export function poolOf(options: Partial<PoolOptions> = {}) {
  const clock = manualClock();
  const workers: ScriptedWorker[] = [];
  const finished: Parameters<PoolEvents['finished']>[0][] = [];
  const lost: Parameters<PoolEvents['workerLost']>[0][] = [];
  const pool = new WorkerPool(
    {
      workers: 1,
      queueMax: 2,
      queueSecondsMax: 20,
      runSecondsMax: 10,
      workerResidentMiBMax: 100,
      setup: { modelsDir: 'models', trustedKeysFile: null, engine: null, versions: null },
      ...options,
    },
    (listener) => {
      const worker = new ScriptedWorker(listener);
      workers.push(worker);
      return worker;
    },
    clock,
  );
  pool.start({
    finished: (run) => finished.push(run),
    workerReady: () => undefined,
    workerLost: (loss) => lost.push(loss),
  });
  const worker = (index = -1) => workers.at(index)!;
  return { pool, clock, workers, worker, finished, lost };
}

export function readyPool(options: Partial<PoolOptions> = {}) {
  const made = poolOf(options);
  for (const worker of made.workers) worker.ready();
  return made;
}
