// The move to cdktf's fork is made for real in a copy: the same stacks come out, but for the fork's own version.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { differences } from '../support/differences.ts';
import { withFolder } from '../support/folder.ts';

const checkout = join(__dirname, '..', '..');
const notCopied = new Set(['node_modules', 'cdktf.out', 'dist', 'coverage', '.git', '.evenkeel']);
const installMsMax = 300_000;

const isReachable = spawnSync('npm', ['ping'], { timeout: 20_000 }).status === 0;
if (!isReachable) console.warn('Skipped: the npm registry cannot be reached from here.');
const testWithRegistry = isReachable ? test : test.skip;

/** Only what synthesis needs: the rest is no part of the move and would be half a gigabyte more to fetch. */
function keepSynthesisOnly(folder: string): void {
  const file = join(folder, 'package.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  const needed = /^(cdktf|constructs|@cdktf\/.*|tsx|typebox)$/;
  const all = { ...json['dependencies'], ...json['devDependencies'] };
  const { dependencies: _d, optionalDependencies: _o, overrides: _v, ...rest } = json;
  const devDependencies = Object.fromEntries(
    Object.entries(all).filter(([name]) => needed.test(name)),
  );
  writeFileSync(file, JSON.stringify({ ...rest, devDependencies }));
}

const synthesize = (folder: string, outdir: string) =>
  execFileSync(process.execPath, ['--import', 'tsx', 'main.ts', '--env', 'production'], {
    cwd: folder,
    env: { ...process.env, CDKTF_OUTDIR: outdir },
  });

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

/** The only places that tell which library wrote a file. */
const versionsIn = (file: string) => {
  if (file.endsWith('cdk.tf.json')) return ['//.metadata.version'];
  return file === 'manifest.json' ? ['version'] : [];
};

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

testWithRegistry(
  'after scripts/move-to-cdk-terrain.sh every stack of all three clouds is the same but for the version of the library',
  () =>
    withFolder(async (folder) => {
      const [copy, before, after] = ['copy', 'before', 'after'].map((name) => join(folder, name));
      cpSync(checkout, copy!, {
        recursive: true,
        filter: (source) => !notCopied.has(relative(checkout, source)),
      });
      keepSynthesisOnly(copy!);
      execFileSync('sh', ['scripts/move-to-cdk-terrain.sh'], { cwd: copy!, stdio: 'pipe' });
      const library = readJson(join(copy!, 'node_modules/cdktf/package.json'));
      expect(library).toMatchObject({ name: 'cdktn' });
      synthesize(checkout, before!);
      synthesize(copy!, after!);
      const stacks = filesOf(before!).filter((file) => file.endsWith('cdk.tf.json'));
      expect(stacks.length).toBeGreaterThan(0);
      expect(filesOf(after!)).toEqual(filesOf(before!));
      for (const file of filesOf(before!)) {
        const changed = differences(readJson(join(before!, file)), readJson(join(after!, file)));
        expect({ file, changed }).toEqual({
          file,
          changed: versionsIn(file),
        });
      }
    }),
  installMsMax,
);

testWithRegistry(
  'the lockfile of this checkout takes the move: every peer is satisfied and nothing but the library changes',
  () =>
    withFolder(async (folder) => {
      for (const name of ['package.json', 'package-lock.json', '.npmrc', 'scripts'])
        cpSync(join(checkout, name), join(folder, name), { recursive: true });
      execFileSync('sh', ['scripts/move-to-cdk-terrain.sh'], {
        cwd: folder,
        env: { ...process.env, npm_config_package_lock_only: 'true' },
        stdio: 'pipe',
      });
      const packagesOf = (lock: unknown) =>
        (lock as { packages: Record<string, { name?: string; version?: string }> }).packages;
      const before = packagesOf(readJson(join(checkout, 'package-lock.json')));
      const after = packagesOf(readJson(join(folder, 'package-lock.json')));
      expect(after['node_modules/cdktf']).toMatchObject({ name: 'cdktn' });
      const others = Object.keys(before).filter(
        (name) => name !== '' && !name.startsWith('node_modules/cdktf'),
      );
      expect(others.filter((name) => after[name]?.version !== before[name]?.version)).toEqual([]);
    }),
  installMsMax,
);
