// A process's credentials as they are now: files that change on the disk are taken over while it runs, once they are whole.
import { statSync } from 'node:fs';
import { isInputError } from '../../fleet/errors.ts';
import type { Identity } from '../../fleet/identity.ts';
import { credentialsOf } from './credentials.ts';
import type { CredentialFiles, Credentials } from './credentials.ts';

export interface RenewedCredentialsSettings {
  readonly files: CredentialFiles;
  readonly zone: string;
  /** Whose they must be. */
  readonly expected: Identity;
  readonly onRenewed: (credentials: Credentials) => void;
  /** New files that cannot be used; the old credentials stay in use. */
  readonly onRefused: (why: string) => void;
}

export class RenewedCredentials {
  readonly #settings: RenewedCredentialsSettings;
  #current: Credentials;
  #stamp: string;

  /** `InputError` 'wrong-certificate'. */
  constructor(settings: RenewedCredentialsSettings) {
    this.#settings = settings;
    this.#stamp = stampOf(settings.files);
    this.#current = credentialsOf(settings.files, settings.zone, settings.expected);
  }

  get current(): Credentials {
    return this.#current;
  }

  /** Reads the files if any was replaced since. Between the writing of two of them they do not match yet: the next look takes them. */
  refresh(): void {
    const { files, zone, expected, onRenewed, onRefused } = this.#settings;
    const stamp = stampOf(files);
    if (stamp === this.#stamp) return;
    try {
      this.#current = credentialsOf(files, zone, expected);
      this.#stamp = stamp;
      onRenewed(this.#current);
    } catch (error) {
      if (!isInputError(error)) throw error;
      onRefused(error.message);
    }
  }
}

/** Renaming a new file over an old one changes its inode, whatever its times say. */
const stampOf = ({ certFile, keyFile, authorityFile }: CredentialFiles): string =>
  [certFile, keyFile, authorityFile]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? 'missing' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    })
    .join();
