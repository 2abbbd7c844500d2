// The Node binary a release brings with it, so that a machine boots and heals without any package mirror.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../fleet/errors.ts';
import type { Architecture } from './release-contents.ts';
import { runStep } from './run-step.ts';

/** The version everything is tested with; an exact pin with the registry's own digest, as a lockfile would have it. */
const nodeVersion = '20.20.2';
const integrities: Readonly<Record<Architecture, string>> = {
  x64: 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
  arm64:
    'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
};

/** Puts `bin/node` and its licence into `into`; `workDir` keeps the download. */
export async function addNode(architecture: Architecture, workDir: string, into: string) {
  const name = `node-linux-${architecture}`;
  await runStep({
    what: `Fetching ${name} ${nodeVersion}`,
    command: 'npm',
    args: ['pack', `${name}@${nodeVersion}`, '--silent', '--pack-destination', workDir],
    cwd: workDir,
    remedy: 'Check the network or the npm registry setting, then run it again',
  });
  const archive = join(workDir, `${name}-${nodeVersion}.tgz`);
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (`sha512-${digest}` !== integrities[architecture])
    throw new InputError('packaging-failed', {
      found: `${name} ${nodeVersion} has the digest sha512-${digest}`,
      why: `It must be ${integrities[architecture]}: this is the program every machine will run`,
      remedy: 'Find out who changed the package, or the pin in release/node-runtime.ts',
    });
  await runStep({
    what: `Unpacking ${name}`,
    command: 'tar',
    args: ['-xzf', archive, '-C', into, '--strip-components=1', 'package/bin', 'package/LICENSE'],
    cwd: into,
    remedy: 'Install GNU tar and gzip',
  });
}
