// Writes a bundle into a registry, whole or not at all: readers never see a folder that is half written.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { checkManifest } from './check-manifest.ts';
import { loadBundle, manifestFile, sha256 } from './load-bundle.ts';
import type { Bundle } from './load-bundle.ts';
import type { BundleManifest } from './manifest.ts';

export interface BundleParts {
  /** Everything but the model's hash, which is computed here. */
  readonly manifest: Omit<BundleManifest, 'model'>;
  readonly modelBytes: Uint8Array;
  /** What else lies beside the manifest, by file name: golden pictures, the card. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Replace a bundle of the same version. A version that has served anywhere should never be. */
  readonly overwrite?: boolean;
}

const modelFile = 'model.onnx';

/** Writes `<root>/<name>/<version>`; `InputError` 'bundle-invalid' | 'version-exists'. */
export async function writeBundle(root: string, parts: BundleParts): Promise<Bundle> {
  const { modelBytes, files, overwrite = false } = parts;
  const model = { file: modelFile, sha256: sha256(modelBytes), bytes: modelBytes.length };
  const json = `${JSON.stringify({ ...parts.manifest, model }, null, 2)}\n`;
  const { name, version } = checkManifest(json, manifestFile);
  const dir = join(root, name, version);
  // A neighbour, so that the rename stays on one file system; its name is no version, so that no registry lists it.
  const draft = join(root, name, `.draft-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    const contents = { ...files, [modelFile]: modelBytes, [manifestFile]: json };
    for (const [file, content] of Object.entries(contents))
      await writeFile(join(draft, file), content);
    if (overwrite) await rm(dir, { recursive: true, force: true });
    await mkdir(dirname(dir), { recursive: true });
    await publish(draft, dir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return loadBundle(dir);
}

async function publish(draft: string, dir: string): Promise<void> {
  try {
    await rename(draft, dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    throw new InputError(
      'version-exists',
      {
        found: `${dir} is there already`,
        why: 'A version names one model for ever, so that a reading can be traced to it',
        remedy: 'Choose the next version, or remove the folder if it was never served',
      },
      { cause: error },
    );
  }
}
