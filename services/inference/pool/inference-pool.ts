// The port between the service and its workers: what can be asked of them and how they are.
import type { EngineOutput } from '../../../models/engine/engine.ts';
import type { Reading } from '../../../models/reader.ts';
import type { ModelVersion, Readiness, WorkerSetup } from './messages.ts';

export interface PoolStatus {
  /** Null until the first worker has passed every golden self-test. */
  readonly readiness: Readiness | null;
  /** Ready, and at least one worker lives. */
  readonly ready: boolean;
  readonly workersLive: number;
  readonly workersWanted: number;
  readonly queueLength: number;
  readonly running: number;
  /** Candidates that ended a worker: they read no more until the pointers change. */
  readonly setAside: readonly ModelVersion[];
  /** Why the latest worker was lost or found unfit; null once one is ready again. */
  readonly fault: string | null;
}

export interface InferencePool {
  /**
   * `TransientError` 'starting' | 'queue-full' | 'too-slow' | 'no-worker' | 'draining'; `InputError` for the picture itself,
   * 'undecodable' when it ended two workers. 'candidate-failed' only where a candidate was asked for.
   */
  read(model: ModelVersion, image: Uint8Array): Promise<Reading>;
  infer(model: ModelVersion, input: Float32Array, n: number): Promise<EngineOutput>;
  /** When a worker has nothing else to do; also rejects with `TransientError` 'shed', as soon as users wait. */
  readAlong(model: ModelVersion, image: Uint8Array): Promise<Reading>;
  /**
   * The logit of a golden input, when a worker has nothing else to do, and at the latest after `waitMsMax`. A worker whose answer
   * for a model in production is wrong is replaced before it reads another film.
   */
  golden(model: ModelVersion, index: number, waitMsMax: number): Promise<number>;
  preview(image: Uint8Array, sideMax?: number): Promise<Uint8Array>;
  status(): PoolStatus;
  /** When the work now waiting and running will probably be done. */
  retryAfterSeconds(): number;
}

/** What became of a change of models: 'refused' leaves everything as it was. */
export type Renewed =
  | { readonly outcome: 'taken-up' | 'superseded' }
  | { readonly outcome: 'refused'; readonly reason: string };

export interface PoolOptions {
  readonly workers: number;
  readonly queueMax: number;
  readonly queueSecondsMax: number;
  readonly runSecondsMax: number;
  readonly workerResidentMiBMax: number;
  readonly setup: WorkerSetup;
}

export interface RenewablePool extends InferencePool {
  /** Opens what `setup` names in new workers beside those that serve; they take over together, when all of them are ready. */
  renew(setup: WorkerSetup): Promise<Renewed>;
}

/** What happens in the pool, for logs and metrics. No event names a picture. */
export interface PoolEvents {
  readonly finished: (run: {
    readonly task: 'read' | 'infer' | 'preview' | 'golden' | 'shadow';
    readonly model: ModelVersion | null;
    readonly outcome: 'answered' | 'refused';
    /** The code of the `InputError` that the input was refused with. */
    readonly refusal: string | null;
    readonly queuedMs: number;
    readonly ranMs: number;
  }) => void;
  readonly workerReady: (readiness: Readiness) => void;
  readonly workerLost: (loss: {
    readonly cause: 'crash' | 'deadline' | 'unfit' | 'grown' | 'candidate';
    readonly reason: string;
    readonly restartInMs: number;
  }) => void;
}
