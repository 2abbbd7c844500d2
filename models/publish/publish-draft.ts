// Publishes a bundle: its draft is verified and tried on both engines, signed, put into the registry, and entered as a candidate.
import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import type { Bundle } from '../bundle/load-bundle.ts';
import { loadBundle, loadDraft, manifestFile, sha256 } from '../bundle/load-bundle.ts';
import type { Signer } from '../bundle/signature.ts';
import { signatureFile } from '../bundle/signature.ts';
import type { TrustedKeys } from '../bundle/trusted-keys.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { engineIds } from '../engine/engine.ts';
import { resolveEngine } from '../engine/resolve-engine.ts';
import type { Circumstances } from '../lifecycle/history.ts';
import { extended } from '../lifecycle/history.ts';
import { move, readHistory } from '../lifecycle/move.ts';
import { openReader } from '../reader.ts';

export interface Publication {
  readonly registry: string;
  readonly signer: Signer;
  readonly keys: TrustedKeys;
  readonly circumstances: Circumstances;
}

/** `dir` may be its place in the registry already: then only the signature is added. */
export async function publishDraft(dir: string, publication: Publication): Promise<Bundle> {
  const { registry, signer, keys, circumstances } = publication;
  refuseKey(signer, keys);
  const draft = await loadDraft(dir);
  const { name, version } = draft.manifest;
  const publish = (manifestSha256: string) => ({
    kind: 'publish' as const,
    version,
    manifestSha256,
  });
  // Before anything is written: a version that was published once is refused here.
  extended(await readHistory(registry, name), publish('0'.repeat(64)), circumstances);
  await answersGolden(draft);
  const target = join(registry, name, version);
  if (resolve(dir) === resolve(target)) await addSignature(target, signer);
  else await writeSigned(draft, publication);
  const bundle = await loadBundle(target, keys);
  const manifestSha256 = sha256(await readFile(join(target, manifestFile)));
  await move({ root: registry, name }, publish(manifestSha256), circumstances);
  return bundle;
}

/** Whatever a bundle is asked on, it must answer alike: the fleet's machines differ. */
async function answersGolden(draft: Bundle): Promise<void> {
  for (const id of engineIds) {
    const reader = await openReader(draft, await resolveEngine(id));
    await reader.close();
  }
}

async function addSignature(dir: string, signer: Signer): Promise<void> {
  const path = join(dir, signatureFile);
  const beside = `${path}.${randomUUID()}`;
  await writeFile(beside, signer.sign(await readFile(join(dir, manifestFile))));
  await rename(beside, path);
}

const writeSigned = (
  { manifest, modelBytes, files }: Bundle,
  { registry, signer }: Publication,
): Promise<Bundle> =>
  writeBundle(registry, { manifest, modelBytes, files: Object.fromEntries(files), signer });

function refuseKey({ keyId }: Signer, keys: TrustedKeys): void {
  const key = keys.get(keyId);
  if (key !== undefined && key.retired === null) return;
  throw new InputError('bundle-untrusted', {
    found:
      key === undefined
        ? `The key ${keyId} is not among the trusted ones`
        : `The key ${keyId} of ${key.owner} was retired on ${key.retired}`,
    why: 'What it signed would serve nowhere',
    remedy: 'Use a trusted key, or have this one added to trusted-keys.json in a reviewed change',
  });
}
