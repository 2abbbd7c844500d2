// What a person means by a model: the name of one that serves, or the folder of a bundle, which may still be a draft.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from './load-bundle.ts';
import { loadBundle, loadDraft, manifestFile } from './load-bundle.ts';
import { productionBundle, registryRoot } from './registry.ts';
import { signatureFile } from './signature.ts';
import { readTrustedKeys } from './trusted-keys.ts';
import type { TrustedKeys } from './trusted-keys.ts';

/** A signature that is there must hold; only a folder without one is taken for a draft, whose `signer` is null. */
export async function namedBundle(
  model: string,
  { keys, registry }: { readonly keys: TrustedKeys; readonly registry: string },
): Promise<Bundle> {
  if (!(await isFile(join(model, manifestFile)))) return productionBundle(model, keys, registry);
  return (await isFile(join(model, signatureFile))) ? loadBundle(model, keys) : loadDraft(model);
}

/** The same with the keys of the checkout. */
export const bundleNamed = async (
  model: string,
  registry: string = registryRoot,
): Promise<Bundle> => namedBundle(model, { keys: await readTrustedKeys(), registry });

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
