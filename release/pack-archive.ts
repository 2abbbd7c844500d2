// A folder as one compressed archive that depends on nothing but its content: the same files give the same SHA-256.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ReleaseArchive } from './release-manifest.ts';
import { runStep } from './run-step.ts';

/** Order, dates, owners and permissions of this machine stay out of it; gzip -n leaves out its own name and date. */
const reproducible = [
  '--sort=name',
  '--format=gnu',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=u=rwX,go=rX',
];

export async function packArchive(folder: string, target: string): Promise<ReleaseArchive> {
  const partial = `${target}.partial`;
  await runStep({
    what: `Packing ${basename(target)}`,
    command: 'tar',
    args: [...reproducible, '--use-compress-program=gzip -n -9', '-cf', partial, '-C', folder, '.'],
    cwd: dirname(target),
    remedy: 'Install GNU tar (not bsdtar) and gzip, and leave 500 MB of disk free',
  });
  await rename(partial, target);
  const hash = createHash('sha256');
  await pipeline(createReadStream(target), hash);
  const { size } = await stat(target);
  return { file: basename(target), sha256: hash.digest('hex'), bytes: size };
}
