// Writes a bundle into a registry, whole or not at all: readers never see a folder that is half written.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { checkManifest } from './check-manifest.ts';
import { loadDraft, manifestFile, sha256 } from './load-bundle.ts';
import type { Bundle } from './load-bundle.ts';
import type { BundleFile, BundleManifest } from './manifest.ts';
import type { Signer } from './signature.ts';
import { signatureFile } from './signature.ts';

export interface BundleParts {
  /** Everything but the hashes, which are computed here. */
  readonly manifest: Omit<BundleManifest, 'model' | 'files'>;
  readonly modelBytes: Uint8Array;
  /** What else lies beside the manifest, by file name: golden pictures, the card. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Replace a bundle of the same version. A version that has served anywhere should never be. */
  readonly overwrite?: boolean;
  /** Left out for a draft. */
  readonly signer?: Signer;
}

const modelFile = 'model.onnx';

/** Writes `<root>/<name>/<version>`; `InputError` 'bundle-invalid' | 'version-exists'. */
export async function writeBundle(root: string, parts: BundleParts): Promise<Bundle> {
  const { modelBytes, overwrite = false, signer } = parts;
  const beside = Object.entries(parts.files).map(
    ([file, content]) => [file, bytesOf(content)] as const,
  );
  const model = listed(modelFile, modelBytes);
  const files = beside.map(([file, content]) => listed(file, content));
  const json = `${JSON.stringify({ ...parts.manifest, model, files }, null, 2)}\n`;
  const { name, version } = checkManifest(json, manifestFile);
  const dir = join(root, name, version);
  // A neighbour, so that the rename stays on one file system; its name is no version, so that no registry lists it.
  const draft = join(root, name, `.draft-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    const signature = signer?.sign(bytesOf(json));
    const contents = [
      ...beside,
      [modelFile, modelBytes] as const,
      [manifestFile, json] as const,
      ...(signature === undefined ? [] : [[signatureFile, signature] as const]),
    ];
    for (const [file, content] of contents) await writeFile(join(draft, file), content);
    if (overwrite) await rm(dir, { recursive: true, force: true });
    await mkdir(dirname(dir), { recursive: true });
    await publish(draft, dir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return loadDraft(dir);
}

const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

const listed = (file: string, content: Uint8Array): BundleFile => ({
  file,
  sha256: sha256(content),
  bytes: content.length,
});

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
