// The registry of bundles, `<root>/<name>/<version>`, with one pointer a name that says which version serves. Reading needs no right to write.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, isInputError } from '../../fleet/errors.ts';
import type { ModelPointer } from '../lifecycle/pointer.ts';
import { parsePointer, pointerFile } from '../lifecycle/pointer.ts';
import { loadBundle } from './load-bundle.ts';
import type { Bundle } from './load-bundle.ts';
import { readBounded } from './read-bounded.ts';
import type { TrustedKeys } from './trusted-keys.ts';

export interface RegistryEntry {
  readonly name: string;
  readonly version: string;
  readonly dir: string;
}

/** The bundles that are shipped with the checkout. */
export const registryRoot = fileURLToPath(new URL('../registry', import.meta.url));

const pointerBytesMax = 4 * 2 ** 10;
const versionPattern = /^(\d+)\.(\d+)\.(\d+)$/;

/** Every bundle of the registry: by name, and within a name the newest version first. */
export async function bundleDirs(root: string = registryRoot): Promise<readonly RegistryEntry[]> {
  const entries = (await namesIn(root)).map(async (name) => {
    const versions = (await folders(join(root, name))).filter((v) => versionPattern.test(v));
    return versions
      .toSorted((a, b) => compareVersions(b, a))
      .map((version) => ({ name, version, dir: join(root, name, version) }));
  });
  return (await Promise.all(entries)).flat();
}

/** Null where nothing of this name was ever published. `InputError` 'pointer-invalid'. */
export async function readPointer(
  name: string,
  root: string = registryRoot,
): Promise<ModelPointer | null> {
  const where = join(root, name, pointerFile);
  try {
    return parsePointer(new TextDecoder().decode(await readBounded(where, pointerBytesMax)), where);
  } catch (error) {
    if (isInputError(error) && error.code === 'bundle-missing') return null;
    throw error;
  }
}

/** What a pointer lets serve of one name; without production nothing of it does. */
export interface ServedVersions extends Pick<ModelPointer, 'canary' | 'shadow'> {
  readonly name: string;
  readonly production: string;
}

/** What the pointers name now. `InputError` 'pointer-invalid'. */
export async function servedVersions(root: string): Promise<readonly ServedVersions[]> {
  const served = (await namesIn(root)).map(async (name) => {
    const {
      production = null,
      canary = null,
      shadow = null,
    } = (await readPointer(name, root)) ?? {};
    return production === null ? [] : [{ name, production, canary, shadow }];
  });
  return (await Promise.all(served)).flat();
}

export const versionDir = (root: string, name: string, version: string): string =>
  join(root, name, version);

/** Loads what serves; `InputError` 'unknown-model' | 'not-in-production', or whatever `loadBundle` finds wrong. */
export async function productionBundle(
  name: string,
  keys: TrustedKeys,
  root: string = registryRoot,
): Promise<Bundle> {
  const names = await namesIn(root);
  if (!names.includes(name))
    throw new InputError('unknown-model', {
      found: `There is no model "${name}" in ${root}`,
      why: names.length > 0 ? `It holds ${names.join(', ')}` : 'It holds no bundle at all',
      remedy: 'Use one of these names, or train the model with `evenkeel train`',
    });
  const version = (await readPointer(name, root))?.production ?? null;
  if (version === null)
    throw new InputError('not-in-production', {
      found: `No version of ${name} is in production in ${root}`,
      why: 'A name stands for the version that serves',
      remedy: `Name the folder of a version, or promote one with \`evenkeel model promote ${name}\``,
    });
  return loadBundle(join(root, name, version), keys);
}

/** Negative when `a` is the older; semantic versions without pre-releases. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const differs = left?.findIndex((part, i) => part !== right?.[i]) ?? -1;
  return differs < 0 ? 0 : (left?.[differs] ?? 0) - (right?.[differs] ?? 0);
}

const namesIn = async (root: string): Promise<readonly string[]> =>
  (await folders(root)).toSorted();

async function folders(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
