// Loads a model bundle: the hash of the model is verified before anything parses it, and all sizes are bounded.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { checkManifest, modelBytesMax } from './check-manifest.ts';
import type { BundleManifest } from './manifest.ts';

export interface Bundle {
  readonly dir: string;
  readonly manifest: BundleManifest;
  readonly modelBytes: Uint8Array;
}

export const manifestFile = 'manifest.json';
const manifestBytesMax = 256 * 2 ** 10;

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** Throws `InputError` 'bundle-missing' | 'bundle-invalid' | 'bundle-tampered'. */
export async function loadBundle(dir: string): Promise<Bundle> {
  const where = join(dir, manifestFile);
  const json = await readBounded(where, manifestBytesMax);
  const manifest = checkManifest(new TextDecoder().decode(json), where);
  const modelPath = join(dir, manifest.model.file);
  const modelBytes = await readBounded(modelPath, modelBytesMax);
  const { bytes, sha256: expected } = manifest.model;
  const actual = sha256(modelBytes);
  if (modelBytes.length !== bytes || actual !== expected)
    throw new InputError('bundle-tampered', {
      found: `${modelPath} has ${modelBytes.length} bytes and SHA-256 ${actual}`,
      why: `The manifest promises ${bytes} bytes and ${expected}, so this is not the model that was evaluated`,
      remedy: 'Restore the file from the registry, or train the model again',
    });
  return { dir, manifest, modelBytes };
}

async function readBounded(path: string, bytesMax: number): Promise<Uint8Array> {
  const size = await sizeOf(path);
  if (size > bytesMax)
    throw new InputError('bundle-invalid', {
      found: `${path} has ${size} bytes`,
      why: `No more than ${bytesMax} are read`,
      remedy: 'Restore the bundle from the registry, or train the model again',
    });
  return readFile(path);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw new InputError(
      'bundle-missing',
      {
        found: `There is no readable file ${path}`,
        why: 'A bundle is a folder with a manifest.json and the model that it names',
        remedy: 'Check the folder, or train the model with `evenkeel train`',
      },
      { cause: error },
    );
  }
}
