// Compiles this checkout's scorer and driver as a release would hold them, for clusters that share the machine's disk.
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../fleet/errors.ts';
import { trustedKeysFile } from '../bundle/trusted-keys.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder it lies in; its packages and models are the checkout's. `InputError` 'not-compiled'. */
export async function compileScorer(): Promise<string> {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const project = path.join(root, 'models/spark/tsconfig.json');
  const done = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
  if (done.status !== 0)
    throw new InputError('not-compiled', {
      found: `The scorer does not compile:\n${done.stdout.slice(0, 2_000)}`,
      why: 'Executors run compiled code',
      remedy: 'Run `npm run types` and correct what it names',
    });
  const compiled = path.join(root, 'dist', 'spark');
  // The only file of the registry that code looks for beside itself.
  const keys = path.join(compiled, 'models/registry', path.basename(trustedKeysFile));
  await mkdir(path.dirname(keys), { recursive: true });
  await copyFile(trustedKeysFile, keys);
  return compiled;
}
