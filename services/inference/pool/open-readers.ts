// Loads the newest version of every model of a registry on the engine at hand; each passes its golden self-test or none serves.
import { InputError } from '../../../fleet/errors.ts';
import { loadBundle } from '../../../models/bundle/load-bundle.ts';
import { bundleDirs } from '../../../models/bundle/registry.ts';
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
  engine: preferred,
}: WorkerSetup): Promise<OpenReaders> {
  const engine = await resolveEngine(preferred ?? undefined);
  const readers = new Map<string, Reader>();
  // The registry lists the newest version of a name first.
  for (const { name, dir } of await bundleDirs(modelsDir))
    if (!readers.has(name)) readers.set(name, await openReader(await loadBundle(dir), engine));
  if (readers.size === 0)
    throw new InputError('no-models', {
      found: `There is no model bundle in ${modelsDir}`,
      why: 'A service without models can read nothing',
      remedy: 'Set MODELS_DIR to a registry, a folder of <name>/<version>/manifest.json',
    });
  return {
    readiness: {
      engine: { id: engine.id, description: engine.description },
      models: [...readers.values()].map((reader) => reader.manifest),
    },
    readers,
  };
}
