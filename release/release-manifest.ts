// dist/release/release.json: what `npm run deploy` is told of a release, and what each machine verifies.
import { InputError } from '../fleet/errors.ts';
import type { Architecture } from './release-contents.ts';

export interface ReleaseArchive {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface ReleaseManifest {
  readonly version: string;
  readonly architectures: Readonly<Partial<Record<Architecture, ReleaseArchive>>>;
}

/** The machines look for exactly this name below their releases' URL. */
export const archiveName = (version: string, architecture: Architecture): string =>
  `evenkeel-${version}-linux-${architecture}.tar.gz`;

/** It stands in file names, URLs, Terraform variables and `EVENKEEL_VERSION`. `InputError` 'wrong-version'. */
export function checkedVersion(version: string): string {
  if (/^\d[0-9A-Za-z.+-]{0,63}$/.test(version) && !version.includes('..')) return version;
  throw new InputError('wrong-version', {
    found: `"${version}" is no version`,
    why: 'It stands in file names, URLs and settings: at most 64 of A-Z a-z 0-9 . + -, a digit first',
    remedy: 'Use one like 1.4.0 or 1.4.0-rc.1',
  });
}
