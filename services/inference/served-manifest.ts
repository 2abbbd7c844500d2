// Finds the manifest of a served model by the name (and version) in a URL.
import { InputError, TransientError } from '../../fleet/errors.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import type { ModelStates } from './golden-checks.ts';
import type { InferencePool } from './pool/inference-pool.ts';
import { starting } from './pool/job.ts';
import type { ModelVersion } from './pool/messages.ts';

/** No model that errs may read a film, whoever asks. `TransientError` 'model-drifting', so that the client asks another region. */
export function refuseDrifting(states: ModelStates, model: ModelVersion): void {
  if (states.stateOf(model) !== 'drifting') return;
  throw new TransientError('model-drifting', {
    found: `${model.name} ${model.version} no longer gives its golden answers on this machine`,
    why: 'Its other answers may be wrong as well, and look as certain',
    remedy: 'Send it again after the seconds in Retry-After; another region may answer at once',
  });
}

/** `TransientError` 'starting' before any model is ready; `InputError` 'model-not-found' (404). */
export function servedManifest(
  pool: InferencePool,
  { model, version }: { readonly model: string; readonly version?: string | undefined },
): BundleManifest {
  const { readiness } = pool.status();
  if (readiness === null) throw starting();
  const canaries = readiness.candidates.filter(({ role }) => role === 'canary');
  const asked = [...readiness.models, ...canaries.map((canary) => canary.manifest)].filter(
    ({ name }) => name === model,
  );
  // Production is first: a name alone means what serves.
  const manifest = version === undefined ? asked[0] : asked.find((one) => one.version === version);
  if (manifest !== undefined) return manifest;
  const known = readiness.models.map((one) => `${one.name} ${one.version}`).join(', ');
  throw new InputError('model-not-found', {
    found: `There is no model "${model}"${version === undefined ? '' : ` of version "${version}"`}`,
    why: `Served here: ${known}`,
    remedy: 'Name one of these; POST /v2/repository/index lists them',
  });
}
