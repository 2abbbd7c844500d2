// Loads what the pointers name on the engine at hand; each passes its golden self-test. Production opens whole or not at all.
import { InputError } from '../../../fleet/errors.ts';
import { loadBundle } from '../../../models/bundle/load-bundle.ts';
import { servedVersions, versionDir } from '../../../models/bundle/registry.ts';
import type { ServedVersions } from '../../../models/bundle/registry.ts';
import { readTrustedKeys } from '../../../models/bundle/trusted-keys.ts';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { openReader } from '../../../models/reader.ts';
import type { Reader } from '../../../models/reader.ts';
import type { Candidate, Readiness, RejectedCandidate, WorkerSetup } from './messages.ts';
import { readerKey } from './run-task.ts';

export interface OpenReaders {
  readonly readiness: Readiness;
  /** By `readerKey`. */
  readonly readers: ReadonlyMap<string, Reader>;
}

export async function openReaders(setup: WorkerSetup): Promise<OpenReaders> {
  const { modelsDir, trustedKeysFile } = setup;
  const engine = await resolveEngine(setup.engine ?? undefined);
  const keys = await readTrustedKeys(trustedKeysFile ?? undefined);
  const served = setup.versions ?? (await servedVersions(modelsDir));
  if (served.length === 0) throw noModels(modelsDir);
  const readers = new Map<string, Reader>();
  const open = async (name: string, version: string) => {
    const bundle = await loadBundle(versionDir(modelsDir, name, version), keys);
    const reader = await openReader(bundle, engine);
    readers.set(readerKey({ name, version }), reader);
    return reader.manifest;
  };
  const models = [];
  for (const { name, production } of served) models.push(await open(name, production));
  const candidates: Candidate[] = [];
  const rejected: RejectedCandidate[] = [];
  for (const { name, role, version, share } of served.flatMap(candidatesOf))
    try {
      candidates.push({ manifest: await open(name, version), role, share });
    } catch (error) {
      // Whatever it is: a version on probation costs nobody an answer.
      rejected.push({ name, version, role, reason: (error as Error).message });
    }
  return {
    readiness: {
      engine: { id: engine.id, description: engine.description },
      models,
      candidates,
      rejected,
    },
    readers,
  };
}

const candidatesOf = ({ name, canary, shadow }: ServedVersions) => [
  ...(canary === null ? [] : [{ name, role: 'canary' as const, ...canary }]),
  ...(shadow === null ? [] : [{ name, role: 'shadow' as const, version: shadow, share: 0 }]),
];

const noModels = (modelsDir: string) =>
  new InputError('no-models', {
    found: `No model is in production in ${modelsDir}`,
    why: 'A service without models can read nothing',
    remedy:
      'Set MODELS_DIR to a registry, a folder of <name>/pointer.json and <name>/<version>, or promote a model',
  });
