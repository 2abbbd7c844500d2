// The public keys whose signatures count. The list is part of a release, so that writing into a registry adds no key to it.
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../fleet/errors.ts';
import { readBounded } from './read-bounded.ts';
import { keyIdOf } from './signature.ts';

/** The keys that are shipped with the checkout. */
export const trustedKeysFile = fileURLToPath(
  new URL('../registry/trusted-keys.json', import.meta.url),
);

const keysBytesMax = 64 * 2 ** 10;
const text = Type.String({ minLength: 1, maxLength: 200 });
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

const Entry = Type.Object(
  {
    id: text,
    owner: text,
    /** SubjectPublicKeyInfo, DER in base64. */
    publicKey: text,
    since: day,
    /** From this day on the key publishes nothing more; what it signed before stays good. */
    retired: Type.Optional(day),
  },
  { additionalProperties: false },
);
const Keys = Type.Object(
  { formatVersion: Type.Literal(1), keys: Type.Array(Entry, { maxItems: 100 }) },
  { additionalProperties: false },
);
const keysValidator = Compile(Keys);

export type TrustedKeyEntry = Readonly<Static<typeof Entry>>;

export interface TrustedKey {
  readonly id: string;
  readonly owner: string;
  readonly publicKey: KeyObject;
  readonly since: string;
  readonly retired: string | null;
}

/** By key id. */
export type TrustedKeys = ReadonlyMap<string, TrustedKey>;

/** Throws `InputError` 'bundle-missing' | 'trusted-keys'. */
export async function readTrustedKeys(file: string = trustedKeysFile): Promise<TrustedKeys> {
  const json = new TextDecoder().decode(await readBounded(file, keysBytesMax));
  const value = parsed(json, file);
  if (!keysValidator.Check(value)) {
    const [first] = keysValidator.Errors(value);
    throw wrong(`${file} is wrong at "${first?.instancePath ?? ''}": ${first?.message ?? ''}`);
  }
  return new Map(value.keys.map((entry) => [entry.id, trusted(entry, file)]));
}

/** The entry that makes a key trusted, for people to add to the list. */
export const entryOf = (publicKey: KeyObject, owner: string, since: string): TrustedKeyEntry => ({
  id: keyIdOf(publicKey),
  owner,
  publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  since,
});

function trusted({ retired, ...entry }: TrustedKeyEntry, file: string): TrustedKey {
  const publicKey = keyFrom(entry, file);
  if (publicKey.asymmetricKeyType !== 'ed25519' || keyIdOf(publicKey) !== entry.id)
    throw wrong(`${file}: the key of "${entry.owner}" is not the Ed25519 key ${entry.id}`);
  return { ...entry, publicKey, retired: retired ?? null };
}

function keyFrom({ publicKey, owner }: TrustedKeyEntry, file: string): KeyObject {
  try {
    const key = Buffer.from(publicKey, 'base64');
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    throw wrong(`${file}: the key of "${owner}" cannot be read`);
  }
}

function parsed(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw wrong(`${file} is not JSON`);
  }
}

const wrong = (found: string) =>
  new InputError('trusted-keys', {
    found,
    why: 'It says whose models may read radiographs',
    remedy: 'Restore it from the release; `evenkeel model keygen` prints an entry as it must be',
  });
