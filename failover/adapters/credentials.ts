// What a process proves itself with: certificate, key and the authority it trusts, read from files and checked before use.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InputError } from '../../fleet/errors.ts';
import { identityFrom, identityText, isSameIdentity } from '../../fleet/identity.ts';
import type { Identity } from '../../fleet/identity.ts';

export interface CredentialFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** The authority's certificate; two of them while one replaces the other. */
  readonly authorityFile: string;
}

export interface Credentials {
  readonly cert: string;
  readonly key: string;
  readonly authority: string;
  readonly identity: Identity;
  /** On the wall clock. */
  readonly notAfterMs: number;
}

const fileBytesMax = 64 * 1_024;

/**
 * `InputError` 'wrong-certificate'. A certificate that has expired is read all the same: whoever starts with it still watches, and
 * must be able to say so.
 */
export function readCredentials(files: CredentialFiles, zone: string): Credentials {
  const { certFile, keyFile, authorityFile } = files;
  const [cert, key, authority] = [textOf(certFile), textOf(keyFile), textOf(authorityFile)];
  const certificate = parsed(certFile, () => new X509Certificate(cert));
  const isPair = parsed(keyFile, () => certificate.checkPrivateKey(createPrivateKey(key)));
  if (!isPair)
    throw wrong(`${keyFile} is not the key of ${certFile}`, 'Store the two together, as issued');
  const authorities = parsed(authorityFile, () => certificatesIn(authority));
  if (!authorities.some((one) => certificate.verify(one.publicKey)))
    throw wrong(
      `${certFile} was not issued by the authority in ${authorityFile}`,
      'Issue it anew (evenkeel authority issue), or store the right authority beside it',
    );
  const identity = identityFrom(zone, certificate.subjectAltName);
  if (identity === null)
    throw wrong(
      `${certFile} names nobody of ${zone}: it has ${certificate.subjectAltName ?? 'no name'}`,
      'Issue one with evenkeel authority issue --env of this environment',
    );
  return { cert, key, authority, identity, notAfterMs: Date.parse(certificate.validTo) };
}

/** The same, and of somebody in particular. */
export function credentialsOf(
  files: CredentialFiles,
  zone: string,
  expected: Identity,
): Credentials {
  const credentials = readCredentials(files, zone);
  if (isSameIdentity(credentials.identity, expected)) return credentials;
  throw wrong(
    `${files.certFile} belongs to ${identityText(credentials.identity)}, not to ${identityText(expected)}`,
    `Issue one for ${identityText(expected)}: nobody would believe this one here`,
  );
}

/** Each certificate of a PEM file. */
function certificatesIn(text: string): readonly X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function textOf(file: string): string {
  try {
    const content = readFileSync(file);
    if (content.length <= fileBytesMax) return content.toString('utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw wrong(
      `${file} cannot be read (${code})`,
      'Name a file that exists and that this account may read',
      cause,
    );
  }
  throw wrong(`${file} has more than ${fileBytesMax} bytes`, 'Name a PEM file');
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    // The parser's own words may repeat what it read, and one of these files is a key.
    throw wrong(`${file} is not what it should be`, 'Name a PEM file, as issued', cause);
  }
}

const wrong = (found: string, remedy: string, cause?: unknown) =>
  new InputError(
    'wrong-certificate',
    { found, why: 'Vantages and operators prove with certificates who they are', remedy },
    { cause },
  );
