// The authority of a deployed environment as files: made once, kept off every machine, and used to issue short-lived certificates.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../fleet/errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { isIdentityName } from '../fleet/identity.ts';
import type { Identity } from '../fleet/identity.ts';
import { authorityWith, makeAuthority } from './authority.ts';
import type { Certificate } from './authority.ts';

const dayMs = 24 * 3_600_000;
/** Replacing it touches every machine, so it outlives many certificates; whoever has its key is everybody. */
const authorityMs = 2 * 365 * dayMs;

const files = (folder: string) => ({
  cert: join(folder, 'authority.cert.pem'),
  key: join(folder, 'authority.key.pem'),
});

/** Returns the certificate's file. `InputError` 'authority-exists'. */
export async function initAuthority(folder: string, fleet: Fleet, nowMs: number): Promise<string> {
  const { cert, key } = files(folder);
  if (existsSync(key) || existsSync(cert))
    throw new InputError('authority-exists', {
      found: `${folder} holds an authority already`,
      why: 'A second one in its place would make every certificate of the first worthless at once',
      remedy:
        'Use another folder; both are trusted for as long as both stand in the authority file of the machines',
    });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = await makeAuthority(`Evenkeel authority of ${fleet.zone}`, nowMs, authorityMs);
  writeFileSync(key, made.keyPem, { mode: 0o600, flag: 'wx' });
  writeFileSync(cert, made.certPem, { mode: 0o644, flag: 'wx' });
  return cert;
}

export interface Issue {
  readonly identity: Identity;
  /** Where it can be reached by name, for tools that look at nothing else. */
  readonly names: readonly string[];
  readonly forMs: number;
}

export interface Issued {
  readonly folder: string;
  /** Key, certificate and authority in one file: what a machine fetches. */
  readonly bundleFile: string;
  readonly endsAt: string;
}

/** Writes `<folder>/<role>-<name>/`. `InputError` 'no-authority' | 'wrong-name'. */
export async function issueFrom(
  folder: string,
  { zone }: Fleet,
  { identity, names, forMs }: Issue,
  nowMs: number,
): Promise<Issued> {
  checkName(identity);
  const ca = authorityIn(folder);
  const authority = authorityWith(ca, nowMs, forMs);
  const issued = await authority.issueIdentity({ zone, identity, names, addresses: [] });
  const own = join(folder, `${identity.role}-${identity.name}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string) => {
    const file = join(own, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  write('cert.pem', issued.certPem);
  write('key.pem', issued.keyPem);
  write('authority.pem', ca.certPem);
  return {
    folder: own,
    bundleFile: write('identity.pem', [issued.keyPem, issued.certPem, ca.certPem].join('\n')),
    endsAt: new Date(nowMs + forMs).toISOString(),
  };
}

function authorityIn(folder: string): Certificate {
  const { cert, key } = files(folder);
  if (existsSync(cert) && existsSync(key))
    return { certPem: readFileSync(cert, 'utf8'), keyPem: readFileSync(key, 'utf8') };
  throw new InputError('no-authority', {
    found: `${folder} holds no authority`,
    why: 'Certificates are issued by the authority of their environment',
    remedy: 'Make one with evenkeel authority init, or name its folder with --dir',
  });
}

function checkName({ role, name }: Identity): void {
  if (isIdentityName(name)) return;
  throw new InputError('wrong-name', {
    found: `"${name}" is no name for a certificate of a ${role}`,
    why: 'It stands in journals and metrics as who gave an order',
    remedy: 'Use 1 to 63 of a-z, 0-9 and -, for example jane-doe',
  });
}
