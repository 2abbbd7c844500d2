// What callers ask of a pool, as tasks for its queue.
import type { EngineOutput } from '../../../models/engine/engine.ts';
import type { Reading } from '../../../models/reader.ts';
import type { Job } from './job.ts';
import type { ModelVersion, Task, TaskResult } from './messages.ts';

export abstract class TaskFront {
  protected abstract submit(task: Task, background?: Job['background']): Promise<TaskResult>;
  protected abstract nowMs(): number;

  read(model: ModelVersion, image: Uint8Array): Promise<Reading> {
    return this.submit({ kind: 'read', model: named(model), image }) as Promise<Reading>;
  }

  infer(model: ModelVersion, input: Float32Array, n: number): Promise<EngineOutput> {
    const task = { kind: 'infer', model: named(model), input, n } as const;
    return this.submit(task) as Promise<EngineOutput>;
  }

  preview(image: Uint8Array, sideMax?: number): Promise<Uint8Array> {
    const size = sideMax === undefined ? {} : { sideMax };
    return this.submit({ kind: 'preview', image, ...size }) as Promise<Uint8Array>;
  }

  readAlong(model: ModelVersion, image: Uint8Array): Promise<Reading> {
    const task = { kind: 'read', model: named(model), image } as const;
    return this.submit(task, { dueAtMs: Number.POSITIVE_INFINITY }) as Promise<Reading>;
  }

  golden(model: ModelVersion, index: number, waitMsMax: number): Promise<number> {
    const task = { kind: 'golden', model: named(model), index } as const;
    return this.submit(task, { dueAtMs: this.nowMs() + waitMsMax }) as Promise<number>;
  }
}

/** A manifest says more of itself than a worker needs to be told. */
const named = ({ name, version }: ModelVersion): ModelVersion => ({ name, version });
