// Loads what a registry has in production on the engine at hand; each passes its golden self-test or none serves.
import { InputError } from '../../../fleet/errors.ts';
import { loadBundle } from '../../../models/bundle/load-bundle.ts';
import { productionEntries } from '../../../models/bundle/registry.ts';
import { readTrustedKeys } from '../../../models/bundle/trusted-keys.ts';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { openReader } from '../../../models/reader.ts';
import type { Reader } from '../../../models/reader.ts';
import type { Readiness, WorkerSetup } from './messages.ts';

export interface OpenReaders {
  readonly readiness: Readiness;
  readonly readers: ReadonlyMap<string, Reader>;
}

export async function openReaders({
  modelsDir,
  trustedKeysFile,
  engine: preferred,
}: WorkerSetup): Promise<OpenReaders> {
  const engine = await resolveEngine(preferred ?? undefined);
  const keys = await readTrustedKeys(trustedKeysFile ?? undefined);
  const readers = new Map<string, Reader>();
  for (const { name, dir } of await productionEntries(modelsDir))
    readers.set(name, await openReader(await loadBundle(dir, keys), engine));
  if (readers.size === 0)
    throw new InputError('no-models', {
      found: `No model is in production in ${modelsDir}`,
      why: 'A service without models can read nothing',
      remedy:
        'Set MODELS_DIR to a registry, a folder of <name>/pointer.json and <name>/<version>, or promote a model',
    });
  return {
    readiness: {
      engine: { id: engine.id, description: engine.description },
      models: [...readers.values()].map((reader) => reader.manifest),
    },
    readers,
  };
}
