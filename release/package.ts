// `npm run package [-- --version 1.4.0 --arch x64 --out FOLDER]`: the fleet's code as one archive per architecture, in dist/release/.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InputError, isInputError } from '../fleet/errors.ts';
import { assembleRelease, compile } from './assemble-release.ts';
import { packArchive } from './pack-archive.ts';
import { architectures } from './release-contents.ts';
import type { Architecture } from './release-contents.ts';
import { archiveName, checkedVersion } from './release-manifest.ts';
import type { ReleaseArchive, ReleaseManifest } from './release-manifest.ts';

interface Options {
  readonly version: string;
  readonly wanted: readonly Architecture[];
  readonly outDir: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

async function optionsFrom(args: string[]): Promise<Options> {
  const { values } = parseArgs({
    args,
    options: { version: { type: 'string' }, arch: { type: 'string' }, out: { type: 'string' } },
  });
  const ours = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Options;
  const wanted = architectures.filter((name) => values.arch === undefined || values.arch === name);
  if (wanted.length === 0)
    throw new InputError('wrong-architecture', {
      found: `There is no architecture "${values.arch}"`,
      why: 'The fleet has machines of two kinds',
      remedy: `Use one of ${architectures.join(', ')}, or leave --arch out for both`,
    });
  return {
    version: checkedVersion(values.version ?? ours.version),
    wanted,
    outDir: resolve(root, values.out ?? 'dist/release'),
  };
}

async function main(): Promise<void> {
  const { version, wanted, outDir } = await optionsFrom(process.argv.slice(2));
  const workDir = join(outDir, 'work');
  await rm(workDir, { recursive: true, force: true });
  await mkdir(workDir, { recursive: true });
  const compiled = join(workDir, 'compiled');
  console.log(`Compiling ${version} ...`);
  await compile(root, compiled);
  const packed: Partial<Record<Architecture, ReleaseArchive>> = {};
  for (const architecture of wanted) {
    console.log(`Assembling linux ${architecture} ...`);
    const folder = await assembleRelease({ root, workDir, compiled, version }, architecture);
    const archive = await packArchive(folder, join(outDir, archiveName(version, architecture)));
    packed[architecture] = archive;
    console.log(`  ${archive.file}  ${(archive.bytes / 1e6).toFixed(1)} MB  ${archive.sha256}`);
  }
  await rm(workDir, { recursive: true, force: true });
  const manifest: ReleaseManifest = { version, architectures: packed };
  await writeFile(join(outDir, 'release.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const where = relative(process.cwd(), join(outDir, 'release.json'));
  console.log(`${where} says what to publish, and tells \`npm run deploy\` what to run.`);
}

try {
  await main();
} catch (error) {
  const isWrongOption = error instanceof TypeError && 'code' in error;
  if (!isInputError(error) && !isWrongOption) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}
