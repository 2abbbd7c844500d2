// Which release the machines run and which one they return to, as the parameters of the stacks that have machines.
import { readFileSync } from 'node:fs';
import { InputError } from '../fleet/errors.ts';

export interface Release {
  readonly version: string;
  /** SHA-256 of the archive for each architecture. */
  readonly sha256: { readonly x64: string; readonly arm64: string };
}

export interface ReleaseChoice {
  readonly release?: Release;
  readonly previous?: Release;
}

const sha256 = /^[0-9a-f]{64}$/;

/**
 * What to run now: the release that is asked for, or the recorded one; beside it what it replaces. Going back to the recorded previous
 * release leaves nothing to return to, because what was just left is known to be bad.
 */
export function releaseChoice(recorded: ReleaseChoice, asked: Release | null): ReleaseChoice {
  const { release, previous } = recorded;
  if (asked === null || isSame(asked, release))
    return {
      ...(release === undefined ? {} : { release }),
      ...(previous === undefined ? {} : { previous }),
    };
  if (release === undefined || isSame(asked, previous)) return { release: asked };
  return { release: asked, previous: release };
}

const isSame = (a: Release, b: Release | undefined) =>
  a.version === b?.version && a.sha256.x64 === b.sha256.x64 && a.sha256.arm64 === b.sha256.arm64;

/** Values by parameter name; absent where there is no release to name. */
export function releaseParameters({ release, previous }: ReleaseChoice): Record<string, string> {
  if (release === undefined) return {};
  return {
    release_version: release.version,
    release_sha256_x64: release.sha256.x64,
    release_sha256_arm64: release.sha256.arm64,
    previous_version: previous?.version ?? '',
    previous_sha256_x64: previous?.sha256.x64 ?? '',
    previous_sha256_arm64: previous?.sha256.arm64 ?? '',
  };
}

/** Reads the manifest that packaging wrote. `InputError` 'wrong-release'. */
export function readRelease(file: string): Release {
  const { version, architectures } = parsed(file);
  const digest = (architecture: 'x64' | 'arm64') => architectures?.[architecture]?.sha256 ?? '';
  const release = {
    version: version ?? '',
    sha256: { x64: digest('x64'), arm64: digest('arm64') },
  };
  if (
    release.version !== '' &&
    sha256.test(release.sha256.x64) &&
    sha256.test(release.sha256.arm64)
  )
    return release;
  throw wrong(file, 'does not name a version and the SHA-256 of its archives for x64 and arm64');
}

interface ReleaseManifest {
  readonly version?: string;
  readonly architectures?: Readonly<Record<string, { readonly sha256?: string }>>;
}

function parsed(file: string): ReleaseManifest {
  try {
    return { ...(JSON.parse(readFileSync(file, 'utf8')) as ReleaseManifest) };
  } catch (cause) {
    throw wrong(
      file,
      `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
}

const wrong = (file: string, fault: string, cause?: unknown) =>
  new InputError(
    'wrong-release',
    {
      found: `${file} ${fault}`,
      why: 'A machine starts an archive only if its checksum is the one it was told',
      remedy: 'Run `npm run package`, then pass --release dist/release/release.json',
    },
    { cause },
  );
