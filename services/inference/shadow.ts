// Has the shadow read what production has just read, when a worker has nothing better to do, and counts where they differ.
import { isInputError, isTransientError } from '../../fleet/errors.ts';
import type { Decision } from '../../fleet/study.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import { decisionOf } from '../../models/known/decision.ts';
import { fitCandidate } from './choose-version.ts';
import type { Serving } from './choose-version.ts';
import type { InferencePool } from './pool/inference-pool.ts';
import type { ModelVersion } from './pool/messages.ts';

type ShadowOutcome = 'agreed' | 'differed' | 'refused' | 'dropped' | 'failed';

export interface ShadowReading {
  readonly model: ModelVersion;
  readonly outcome: ShadowOutcome;
  /** |difference| of the calibrated probabilities; null where the shadow gave none. */
  readonly deltaProbability: number | null;
}

export interface ReadByProduction {
  readonly manifest: BundleManifest;
  readonly image: Uint8Array;
  readonly probability: number;
  readonly decision: Decision;
}

export interface ShadowDeps extends Serving {
  readonly pool: Pick<InferencePool, 'status' | 'readAlong'>;
  readonly onReading: (reading: ShadowReading) => void;
}

/** Never rejects, and nothing of it reaches an answer. */
export async function readAlong(deps: ShadowDeps, read: ReadByProduction): Promise<void> {
  const shadow = fitCandidate(deps, read.manifest.name, 'shadow')?.manifest;
  if (shadow === undefined) return;
  const model = { name: shadow.name, version: shadow.version };
  try {
    const reading = await deps.pool.readAlong(shadow, read.image);
    deps.onReading({
      model,
      outcome: decisionOf(shadow, reading) === read.decision ? 'agreed' : 'differed',
      deltaProbability: Math.abs(reading.probability - read.probability),
    });
  } catch (error) {
    deps.onReading({ model, outcome: outcomeOf(error), deltaProbability: null });
  }
}

function outcomeOf(error: unknown): ShadowOutcome {
  if (isInputError(error)) return 'refused';
  return isTransientError(error) && error.code !== 'candidate-failed' ? 'dropped' : 'failed';
}
