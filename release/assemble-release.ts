// One architecture's release as a folder: our compiled code and its assets, locked production packages, and Node itself.
import { cp, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { InputError } from '../fleet/errors.ts';
import { addNode } from './node-runtime.ts';
import {
  isCopied,
  isNativeTo,
  isPruned,
  nativePaths,
  requiredPaths,
  shippedFolders,
  shippedLockfile,
  shippedPackage,
} from './release-contents.ts';
import type { Architecture } from './release-contents.ts';
import { runStep } from './run-step.ts';

export interface Assembly {
  readonly root: string;
  readonly workDir: string;
  /** The output of `compile`. */
  readonly compiled: string;
  readonly version: string;
}

export async function compile(root: string, outDir: string): Promise<void> {
  await runStep({
    what: 'Compiling',
    command: process.execPath,
    args: ['node_modules/typescript/bin/tsc', '-p', 'release/tsconfig.json', '--outDir', outDir],
    cwd: root,
    remedy: 'Run `npm run types` and correct what it names',
  });
}

/** Returns the folder. `InputError` 'packaging-failed'. */
export async function assembleRelease(
  { root, workDir, compiled, version }: Assembly,
  architecture: Architecture,
): Promise<string> {
  const folder = join(workDir, architecture);
  await mkdir(folder, { recursive: true });
  await cp(compiled, folder, { recursive: true });
  for (const name of shippedFolders) await copyAssets(root, name, folder);
  await writeFile(join(folder, 'VERSION'), `${version}\n`);
  await installPackages(root, { folder, version, architecture });
  await addNode(architecture, workDir, folder);
  await checkWhole(folder, architecture);
  return folder;
}

async function copyAssets(root: string, name: string, folder: string): Promise<void> {
  for (const path of await filesBelow(join(root, name))) {
    const inRoot = relative(root, path);
    if (!isCopied(inRoot)) continue;
    await mkdir(dirname(join(folder, inRoot)), { recursive: true });
    await cp(path, join(folder, inRoot));
  }
}

interface Installation {
  readonly folder: string;
  readonly version: string;
  readonly architecture: Architecture;
}

/** `--ignore-scripts`: no package runs code here, and onnxruntime would fetch CUDA's libraries (700 MB) for its own. */
const npmOptions =
  '--omit=dev --os=linux --libc=glibc --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error'.split(
    ' ',
  );

async function installPackages(
  root: string,
  { folder, version, architecture }: Installation,
): Promise<void> {
  const read = async (name: string) => JSON.parse(await readFile(join(root, name), 'utf8'));
  const ours = shippedPackage(await read('package.json'), version);
  const lockfile = join(folder, 'package-lock.json');
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(ours, null, 2)}\n`);
  await writeFile(lockfile, JSON.stringify(shippedLockfile(await read('package-lock.json'), ours)));
  await runStep({
    what: `Installing packages for ${architecture}`,
    command: 'npm',
    args: ['ci', ...npmOptions, `--cpu=${architecture}`],
    cwd: folder,
    remedy: 'Check the network or the npm registry setting, and that package-lock.json is current',
  });
  await rm(lockfile);
  const modules = join(folder, 'node_modules');
  // npm's note of what it did here, with paths and dates that say nothing on a machine.
  await rm(join(modules, '.package-lock.json'), { force: true });
  await rm(join(modules, '.bin'), { recursive: true, force: true });
  for (const path of await filesBelow(modules))
    if (isPruned(relative(modules, path), architecture)) await rm(path);
}

async function checkWhole(folder: string, architecture: Architecture): Promise<void> {
  for (const path of requiredPaths(architecture))
    if (!(await exists(join(folder, path)))) throw unfit(architecture, `lacks ${path}`);
  for (const path of nativePaths(architecture)) {
    const header = await headerOf(join(folder, path));
    if (!isNativeTo(architecture, header)) throw unfit(architecture, `has a foreign ${path}`);
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function headerOf(path: string): Promise<Buffer> {
  const header = Buffer.alloc(20);
  const file = await open(path);
  await file.read(header, 0, header.length, 0);
  await file.close();
  return header;
}

const unfit = (architecture: Architecture, fault: string) =>
  new InputError('packaging-failed', {
    found: `The release for ${architecture} ${fault}`,
    why: 'A machine could install it and would not serve',
    remedy: 'Correct release/release-contents.ts, or the package that no longer brings it',
  });

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
