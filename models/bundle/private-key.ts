// The publisher's private key: made once, kept outside every repository, readable by its owner only.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import type { Signer } from './signature.ts';
import { signerOf } from './signature.ts';

/** The public half of a new key; `InputError` 'key-exists' | 'key-in-repository' | 'cannot-write'. */
export async function generateKey(file: string): Promise<KeyObject> {
  await refuseRepository(file);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  try {
    await writeFile(file, pem, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw notWritten(file, cause as NodeJS.ErrnoException);
  }
  return publicKey;
}

/** `InputError` 'private-key' when there is no such file, or it holds no Ed25519 key. */
export async function readSigner(file: string): Promise<Signer> {
  try {
    const key = createPrivateKey(await readFile(file, 'utf8'));
    if (key.asymmetricKeyType === 'ed25519') return signerOf(key);
    throw new Error(`it is a key of ${key.asymmetricKeyType}`);
  } catch (cause) {
    throw new InputError(
      'private-key',
      {
        found: `${file} holds no private Ed25519 key that can be read`,
        why: cause instanceof Error ? cause.message : String(cause),
        remedy: 'Give the file that `evenkeel model keygen --out FILE` wrote',
      },
      { cause },
    );
  }
}

async function refuseRepository(file: string): Promise<void> {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    const found = await access(join(folder, '.git')).then(
      () => true,
      () => false,
    );
    if (found)
      throw new InputError('key-in-repository', {
        found: `${file} lies in the repository ${folder}`,
        why: 'A private key that was committed once is nobody\u2019s secret any more',
        remedy: 'Choose a file outside of it',
      });
    if (folder === dirname(folder)) return;
  }
}

function notWritten(file: string, cause: NodeJS.ErrnoException): InputError {
  if (cause.code === 'EEXIST')
    return new InputError('key-exists', {
      found: `${file} is there already`,
      why: 'A key that is overwritten can sign nothing any more',
      remedy: 'Choose another file',
    });
  return new InputError(
    'cannot-write',
    {
      found: `${file} cannot be written`,
      why: cause.code ?? cause.message,
      remedy: 'Choose a file in a folder that exists and may be written to',
    },
    { cause },
  );
}
