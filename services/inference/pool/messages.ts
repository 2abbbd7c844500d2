// What the service and its worker processes say to each other, over a channel that copies typed arrays (structured clone).
import {
  InputError,
  isInputError,
  isTransientError,
  TransientError,
} from '../../../fleet/errors.ts';
import type { ErrorParts } from '../../../fleet/errors.ts';
import type { BundleManifest } from '../../../models/bundle/manifest.ts';
import type { ServedVersions } from '../../../models/bundle/registry.ts';
import type { EngineId, EngineOutput } from '../../../models/engine/engine.ts';
import type { Reading } from '../../../models/reader.ts';

/** A name may be read by several versions at once: what is in production, its canary, its shadow. */
export type ModelVersion = Pick<BundleManifest, 'name' | 'version'>;

export const isSameModel = (a: ModelVersion, b: ModelVersion): boolean =>
  a.name === b.name && a.version === b.version;

export type Task =
  | { readonly kind: 'read'; readonly model: ModelVersion; readonly image: Uint8Array }
  | {
      readonly kind: 'infer';
      readonly model: ModelVersion;
      readonly input: Float32Array;
      readonly n: number;
    }
  /** The golden input at `index` of the manifest, answered with its logit. */
  | { readonly kind: 'golden'; readonly model: ModelVersion; readonly index: number }
  /** At most `sideMax` pixels on a side; as much as a browser window shows when left out. */
  | { readonly kind: 'preview'; readonly image: Uint8Array; readonly sideMax?: number };

/** In the order of the tasks above. */
export type TaskResult = Reading | EngineOutput | number | Uint8Array;

/** A version on probation: the canary answers its share of the requests, the shadow is never heard. */
export interface Candidate {
  readonly manifest: BundleManifest;
  readonly role: 'canary' | 'shadow';
  /** Of the requests, for a canary; 0 for a shadow. */
  readonly share: number;
}

/** A candidate that could not be opened or erred on its golden inputs. Production serves on without it. */
export interface RejectedCandidate extends ModelVersion {
  readonly role: Candidate['role'];
  readonly reason: string;
}

/** The engine a worker resolved and the models that passed their golden self-test on it. */
export interface Readiness {
  readonly engine: { readonly id: EngineId; readonly description: string };
  /** What is in production. */
  readonly models: readonly BundleManifest[];
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly RejectedCandidate[];
}

export interface WorkerSetup {
  readonly modelsDir: string;
  /** Null for the keys that are part of the release. */
  readonly trustedKeysFile: string | null;
  readonly engine: EngineId | null;
  /** What to open. Null for what the pointers name at that moment. */
  readonly versions: readonly ServedVersions[] | null;
}

/** Only what a worker needs of the settings. */
export const workerSetup = (
  { modelsDir, trustedKeysFile, engine }: Omit<WorkerSetup, 'versions'>,
  versions: WorkerSetup['versions'],
): WorkerSetup => ({ modelsDir, trustedKeysFile, engine, versions });

export type ToWorker =
  | { readonly kind: 'start'; readonly setup: WorkerSetup }
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'ready'; readonly readiness: Readiness }
  | { readonly kind: 'unfit'; readonly error: CarriedError }
  | { readonly kind: 'done'; readonly result: TaskResult; readonly residentBytes: number }
  | { readonly kind: 'refused'; readonly error: CarriedError; readonly residentBytes: number };

/** An error on its way between processes: structured clone would drop `code` and `parts`. */
export type CarriedError =
  | { readonly kind: 'input'; readonly code: string; readonly parts: ErrorParts }
  | { readonly kind: 'transient'; readonly code: string; readonly parts: ErrorParts }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string };

export function packError(error: unknown): CarriedError {
  if (isInputError(error)) return { kind: 'input', code: error.code, parts: error.parts };
  if (isTransientError(error)) return { kind: 'transient', code: error.code, parts: error.parts };
  const isErrorLike = typeof error === 'object' && error !== null && 'message' in error;
  return {
    kind: 'bug',
    message: isErrorLike ? String(error.message) : String(error),
    stack: isErrorLike && 'stack' in error ? String(error.stack) : '',
  };
}

export function unpackError(carried: CarriedError): Error {
  if (carried.kind === 'input') return new InputError(carried.code, carried.parts);
  if (carried.kind === 'transient') return new TransientError(carried.code, carried.parts);
  return Object.assign(new Error(carried.message), { stack: carried.stack });
}
