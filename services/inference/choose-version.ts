// Which version of a model answers: production, or its canary for a stable share of the contents.
import { isInputError, isTransientError } from '../../fleet/errors.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import type { ModelStates } from './golden-checks.ts';
import type { InferencePool } from './pool/inference-pool.ts';
import { isSameModel } from './pool/messages.ts';
import type { Candidate, ModelVersion } from './pool/messages.ts';
import { studyAddress } from './study-records.ts';

export interface Serving {
  readonly pool: Pick<InferencePool, 'status'>;
  readonly states: ModelStates;
}

/** The candidate of this model in `role`, as long as it has given its golden answers and ended no worker. */
export function fitCandidate(
  { pool, states }: Serving,
  name: string,
  role: Candidate['role'],
): Candidate | undefined {
  const { readiness, setAside } = pool.status();
  const isFit = (model: ModelVersion) =>
    states.stateOf(model) === 'good' && !setAside.some((one) => isSameModel(one, model));
  return readiness?.candidates.find(
    (one) => one.role === role && one.manifest.name === name && isFit(one.manifest),
  );
}

/** The same content is read by the same version wherever and however often it is sent; a larger share keeps what a smaller had. */
export function chosenVersion(
  serving: Serving,
  production: BundleManifest,
  content: () => Uint8Array,
): BundleManifest {
  const canary = fitCandidate(serving, production.name, 'canary');
  if (canary === undefined) return production;
  const address = studyAddress(production.name, canary.manifest.version, content());
  return positionOf(address) < canary.share ? canary.manifest : production;
}

/** 0 to 1, evenly: the first 48 bits of a SHA-256. */
const positionOf = (address: string): number => Number.parseInt(address.slice(0, 12), 16) / 2 ** 48;

const ownFaults = new Set(['candidate-failed', 'version-gone']);

/** What a canary cannot do, production does; what it says of the content itself, and a full queue, hold for both. */
export async function withProductionBehind<T>(
  { chosen, production }: { readonly chosen: BundleManifest; readonly production: BundleManifest },
  work: (manifest: BundleManifest) => Promise<T>,
): Promise<T> {
  try {
    return await work(chosen);
  } catch (error) {
    const isOwn = isTransientError(error) ? ownFaults.has(error.code) : !isInputError(error);
    if (isSameModel(chosen, production) || !isOwn) throw error;
    return work(production);
  }
}
