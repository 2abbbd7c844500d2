// Releases for a test machine: the real one as `npm run package` makes it, and spoilt copies of it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseManifest } from '../../release/release-manifest.ts';

export interface BuiltRelease {
  readonly version: string;
  readonly sha256: string;
}

const root = join(__dirname, '../..');

/** Compiles, installs the locked packages and packs: about a minute. */
export function packagedRelease(version: string, outDir: string): BuiltRelease {
  const args = ['--import', 'tsx', 'release/package.ts', '--arch', 'x64'];
  execFileSync(process.execPath, [...args, '--version', version, '--out', outDir], {
    cwd: root,
    stdio: 'inherit',
  });
  const manifest = JSON.parse(
    readFileSync(join(outDir, 'release.json'), 'utf8'),
  ) as ReleaseManifest;
  return { version, sha256: manifest.architectures.x64?.sha256 ?? '' };
}

/** The same release under another version, with one of its files replaced; packed quickly rather than small. */
export function variantOf(
  original: BuiltRelease,
  folder: string,
  version: string,
  files: Readonly<Record<string, string>> = {},
): BuiltRelease {
  const tree = join(folder, `tree-${version}`);
  execFileSync('mkdir', [tree]);
  execFileSync('tar', ['-xzf', archive(folder, original.version), '-C', tree]);
  for (const [path, content] of Object.entries({ VERSION: `${version}\n`, ...files }))
    writeFileSync(join(tree, path), content);
  const fast = '--use-compress-program=gzip -1';
  execFileSync('tar', [fast, '-cf', archive(folder, version), '-C', tree, '.']);
  execFileSync('rm', ['-rf', tree]);
  return { version, sha256: digest(archive(folder, version)) };
}

/** Half of an archive, published with the checksum of that half. */
export function damagedRelease(
  original: BuiltRelease,
  folder: string,
  version: string,
): BuiltRelease {
  execFileSync('cp', [archive(folder, original.version), archive(folder, version)]);
  truncateSync(archive(folder, version), 20_000_000);
  return { version, sha256: digest(archive(folder, version)) };
}

const archive = (folder: string, version: string) =>
  join(folder, `evenkeel-${version}-linux-x64.tar.gz`);

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
