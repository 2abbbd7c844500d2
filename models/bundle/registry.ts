// The registry of bundles: `<root>/<name>/<version>`; the newest version of a name is the one that serves.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../fleet/errors.ts';
import { loadBundle } from './load-bundle.ts';
import type { Bundle } from './load-bundle.ts';

export interface RegistryEntry {
  readonly name: string;
  readonly version: string;
  readonly dir: string;
}

/** The bundles that are shipped with the checkout. */
export const registryRoot = fileURLToPath(new URL('../registry', import.meta.url));

const versionPattern = /^(\d+)\.(\d+)\.(\d+)$/;

/** Every bundle of the registry: by name, and within a name the newest version first. */
export async function bundleDirs(root: string = registryRoot): Promise<readonly RegistryEntry[]> {
  const names = await folders(root);
  const entries = names.toSorted().map(async (name) => {
    const versions = (await folders(join(root, name))).filter((v) => versionPattern.test(v));
    return versions
      .toSorted((a, b) => compareVersions(b, a))
      .map((version) => ({ name, version, dir: join(root, name, version) }));
  });
  return (await Promise.all(entries)).flat();
}

/** Loads the newest version; `InputError` 'unknown-model', or whatever `loadBundle` finds wrong. */
export async function latestBundle(name: string, root: string = registryRoot): Promise<Bundle> {
  const entries = await bundleDirs(root);
  const newest = entries.find((entry) => entry.name === name);
  if (newest === undefined) {
    const known = [...new Set(entries.map((entry) => entry.name))];
    throw new InputError('unknown-model', {
      found: `There is no model "${name}" in ${root}`,
      why: known.length > 0 ? `It holds ${known.join(', ')}` : 'It holds no bundle at all',
      remedy: 'Use one of these names, or train the model with `evenkeel train`',
    });
  }
  return loadBundle(newest.dir);
}

/** Negative when `a` is the older; semantic versions without pre-releases. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const differs = left?.findIndex((part, i) => part !== right?.[i]) ?? -1;
  return differs < 0 ? 0 : (left?.[differs] ?? 0) - (right?.[differs] ?? 0);
}

async function folders(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
