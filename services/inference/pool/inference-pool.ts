// The port between the service and its workers: what can be asked of them and how they are.
import type { EngineOutput } from '../../../models/engine/engine.ts';
import type { Reading } from '../../../models/reader.ts';
import type { Readiness } from './messages.ts';

export interface PoolStatus {
  /** Null until the first worker has passed every golden self-test. */
  readonly readiness: Readiness | null;
  /** Ready, and at least one worker lives. */
  readonly ready: boolean;
  readonly workersLive: number;
  readonly workersWanted: number;
  readonly queueLength: number;
  readonly running: number;
  /** Why the latest worker was lost or found unfit; null once one is ready again. */
  readonly fault: string | null;
}

export interface InferencePool {
  /**
   * `TransientError` 'starting' | 'queue-full' | 'too-slow' | 'no-worker' | 'draining'; `InputError` for the picture itself,
   * 'undecodable' when it ended two workers.
   */
  read(model: string, image: Uint8Array): Promise<Reading>;
  infer(model: string, input: Float32Array, n: number): Promise<EngineOutput>;
  preview(image: Uint8Array, sideMax?: number): Promise<Uint8Array>;
  status(): PoolStatus;
  /** When the work now waiting and running will probably be done. */
  retryAfterSeconds(): number;
}

/** What happens in the pool, for logs and metrics. No event names a picture. */
export interface PoolEvents {
  readonly finished: (run: {
    readonly task: 'read' | 'infer' | 'preview';
    readonly model: string | null;
    readonly outcome: 'answered' | 'refused';
    /** The code of the `InputError` that the input was refused with. */
    readonly refusal: string | null;
    readonly queuedMs: number;
    readonly ranMs: number;
  }) => void;
  readonly workerReady: (readiness: Readiness) => void;
  readonly workerLost: (loss: {
    readonly cause: 'crash' | 'deadline' | 'unfit' | 'grown';
    readonly reason: string;
    readonly restartInMs: number;
  }) => void;
}
