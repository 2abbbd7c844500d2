// Loads a model bundle: signature, then manifest, then the hash of every file; only then may anything parse the model.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { checkManifest, fileBytesMax, modelBytesMax } from './check-manifest.ts';
import type { BundleFile, BundleManifest } from './manifest.ts';
import { readBounded } from './read-bounded.ts';
import { parseSignature, signatureBytesMax, signatureFile, signatureHolds } from './signature.ts';
import type { TrustedKey, TrustedKeys } from './trusted-keys.ts';

export interface Bundle {
  readonly dir: string;
  readonly manifest: BundleManifest;
  readonly modelBytes: Uint8Array;
  /** What lies beside the model, by name: golden pictures, the card. Verified as the model is. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Whose signature it carries. Null for a draft, which nobody has published yet. */
  readonly signer: TrustedKey | null;
}

export const manifestFile = 'manifest.json';
const manifestBytesMax = 256 * 2 ** 10;

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** A published bundle. `InputError` 'bundle-missing' | 'bundle-unsigned' | 'bundle-untrusted' | 'bundle-tampered' | 'bundle-invalid'. */
export async function loadBundle(dir: string, keys: TrustedKeys): Promise<Bundle> {
  const manifestBytes = await readManifestBytes(dir);
  const signer = verifiedSigner(dir, { manifestBytes, signature: await signatureIn(dir), keys });
  return { ...(await verifiedFiles(dir, manifestBytes)), signer };
}

/** A bundle that was just made, whose signature nobody has given yet or is not asked for: hashes are verified all the same. */
export async function loadDraft(dir: string): Promise<Bundle> {
  return { ...(await verifiedFiles(dir, await readManifestBytes(dir))), signer: null };
}

const readManifestBytes = (dir: string) => readBounded(join(dir, manifestFile), manifestBytesMax);

async function signatureIn(dir: string): Promise<Uint8Array> {
  const where = join(dir, signatureFile);
  try {
    return await readBounded(where, signatureBytesMax);
  } catch (cause) {
    throw new InputError(
      'bundle-unsigned',
      {
        found: `There is no readable ${where}`,
        why: 'Only bundles that somebody answers for may serve',
        remedy: 'Publish the folder with `evenkeel model publish DIR --key FILE`',
      },
      { cause },
    );
  }
}

interface Signed {
  readonly manifestBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly keys: TrustedKeys;
}

function verifiedSigner(dir: string, { manifestBytes, signature, keys }: Signed): TrustedKey {
  const parsed = parseSignature(signature, join(dir, signatureFile));
  const key = keys.get(parsed.keyId);
  if (key === undefined)
    throw new InputError('bundle-untrusted', {
      found: `${dir} is signed with the key ${parsed.keyId}`,
      why: `Trusted are ${[...keys.values()].map(({ id, owner }) => `${id} (${owner})`).join(', ') || 'no keys at all'}`,
      remedy: 'Have it published with one of these, or add the key to trusted-keys.json',
    });
  if (signatureHolds(parsed, manifestBytes, key.publicKey)) return key;
  throw new InputError('bundle-tampered', {
    found: `${join(dir, manifestFile)} is not what ${key.owner} signed`,
    why: 'Its signature does not fit its bytes, so that nothing it says can be believed',
    remedy: 'Restore the bundle from the registry',
  });
}

async function verifiedFiles(
  dir: string,
  manifestBytes: Uint8Array,
): Promise<Omit<Bundle, 'signer'>> {
  const manifest = checkManifest(new TextDecoder().decode(manifestBytes), join(dir, manifestFile));
  const modelBytes = await verifiedFile(dir, manifest.model, modelBytesMax);
  const files = new Map<string, Uint8Array>();
  for (const file of manifest.files)
    files.set(file.file, await verifiedFile(dir, file, fileBytesMax));
  return { dir, manifest, modelBytes, files };
}

async function verifiedFile(
  dir: string,
  { file, bytes, sha256: expected }: BundleFile,
  bytesMax: number,
): Promise<Uint8Array> {
  const path = join(dir, file);
  const content = await readBounded(path, bytesMax);
  const actual = sha256(content);
  if (content.length === bytes && actual === expected) return content;
  throw new InputError('bundle-tampered', {
    found: `${path} has ${content.length} bytes and SHA-256 ${actual}`,
    why: `The manifest promises ${bytes} bytes and ${expected}, so this is not the file that was evaluated`,
    remedy: 'Restore the file from the registry, or train the model again',
  });
}
