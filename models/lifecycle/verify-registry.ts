// Checks a whole registry: chains, pointers, signatures, hashes, and that nothing lies in a bundle which nobody signed.
import { readdir } from 'node:fs/promises';
import { isInputError } from '../../fleet/errors.ts';
import { manifestFile } from '../bundle/load-bundle.ts';
import type { RegistryEntry } from '../bundle/registry.ts';
import { bundleDirs, readPointer } from '../bundle/registry.ts';
import { signatureFile } from '../bundle/signature.ts';
import type { TrustedKeys } from '../bundle/trusted-keys.ts';
import { stageOf } from './lifecycle.ts';
import { readHistory } from './move.ts';
import { pointerOf, pointerText } from './pointer.ts';
import { publishedBundle } from './serve-version.ts';

export interface Finding {
  readonly name: string;
  /** Null for what concerns the name as a whole. */
  readonly version: string | null;
  readonly isSound: boolean;
  readonly said: string;
}

export async function verifyRegistry(root: string, keys: TrustedKeys): Promise<readonly Finding[]> {
  const entries = await bundleDirs(root);
  const findings: Finding[] = [];
  for (const name of new Set(entries.map((entry) => entry.name))) {
    const of = entries.filter((entry) => entry.name === name);
    findings.push(
      await found(name, null, () => verifyPointer(root, name)),
      ...(await Promise.all(
        of.map((entry) => found(name, entry.version, () => verifyVersion(root, entry, keys))),
      )),
    );
  }
  return findings;
}

async function verifyPointer(root: string, name: string): Promise<string> {
  const { entries, life, head } = await readHistory(root, name);
  const pointer = await readPointer(name, root);
  if (entries.length === 0 && pointer === null) return 'never published';
  if (pointer === null || pointerText(pointer) !== pointerText(pointerOf(life, head)))
    throw new Error('its pointer does not follow from its history; the next move mends that');
  return `${entries.length} entries of history, head ${head.slice(0, 12)}`;
}

async function verifyVersion(
  root: string,
  { name, version, dir }: RegistryEntry,
  keys: TrustedKeys,
): Promise<string> {
  const history = await readHistory(root, name);
  const stage = stageOf(history.life, version);
  if (stage === 'draft') return 'draft, not published';
  const { manifest, signer } = await publishedBundle({ root, name, keys }, version, history);
  const listed = [manifest.model, ...manifest.files].map(({ file }) => file);
  const known = new Set([manifestFile, signatureFile, ...listed]);
  const strangers = (await readdir(dir)).filter((file) => !known.has(file));
  if (strangers.length > 0) throw new Error(`nobody signed ${strangers.join(', ')}`);
  return `${stage}, signed by ${signer?.owner ?? 'nobody'}`;
}

/** What cannot be mended by people is a bug, and not a finding: only plain words are caught. */
async function found(
  name: string,
  version: string | null,
  check: () => Promise<string>,
): Promise<Finding> {
  try {
    return { name, version, isSound: true, said: await check() };
  } catch (error) {
    const said = isInputError(error) ? error.parts.found : (error as Error).message;
    return { name, version, isSound: false, said };
  }
}
