// Ed25519 signatures (RFC 8032) over the exact bytes of a manifest, which lists the hash of everything else in its bundle.
import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { InputError } from '../../fleet/errors.ts';

export const signatureFile = 'signature.json';
export const signatureBytesMax = 4 * 2 ** 10;

/** So that what this key signs elsewhere, or in a later format, can never pass for a manifest of this one. */
const domain = new TextEncoder().encode('evenkeel bundle manifest, format 1\0');

const keyIdHexDigits = 32;
const Signature = Type.Object(
  {
    formatVersion: Type.Literal(1),
    algorithm: Type.Literal('Ed25519'),
    keyId: Type.String({ pattern: `^[0-9a-f]{${keyIdHexDigits}}$` }),
    /** 64 bytes. */
    signature: Type.String({ pattern: '^[A-Za-z0-9+/]{86}==$' }),
  },
  { additionalProperties: false },
);
type Signature = Static<typeof Signature>;

const signatureValidator = Compile(Signature);

export interface Signer {
  readonly keyId: string;
  /** The text of the signature.json of these manifest bytes. */
  readonly sign: (manifest: Uint8Array) => string;
}

/** The first 128 bits of the SHA-256 of the key's SubjectPublicKeyInfo, in hex. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, keyIdHexDigits);

export function signerOf(privateKey: KeyObject): Signer {
  const keyId = keyIdOf(createPublicKey(privateKey));
  return {
    keyId,
    sign(manifest) {
      const signature: Signature = {
        formatVersion: 1,
        algorithm: 'Ed25519',
        keyId,
        signature: sign(null, signed(manifest), privateKey).toString('base64'),
      };
      return `${JSON.stringify(signature, null, 2)}\n`;
    },
  };
}

/** Throws `InputError` 'bundle-tampered'. */
export function parseSignature(bytes: Uint8Array, where: string): Signature {
  const value = parsed(bytes);
  if (signatureValidator.Check(value)) return value;
  throw new InputError('bundle-tampered', {
    found: `${where} is not an Ed25519 signature of format 1`,
    why: 'Whether the bundle is the one that was published cannot be told without it',
    remedy: 'Restore the bundle from the registry',
  });
}

export const signatureHolds = (
  { signature }: Signature,
  manifest: Uint8Array,
  publicKey: KeyObject,
): boolean => verify(null, signed(manifest), publicKey, Buffer.from(signature, 'base64'));

const signed = (manifest: Uint8Array): Uint8Array => Buffer.concat([domain, manifest]);

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
