// curl behind one cache: a new process for each request, which asks by the system's own stub resolver.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Send, Target } from './client-models.ts';
import { inOwnMounts } from './own-mounts.ts';

/** The second of two addresses is tried once half of the connecting time is over; below 5 s that never happens. */
const connectSeconds = 5;
const wholeSeconds = 10;

/** One shell for all requests of a clinic: it runs curl for each line it reads, and says how that ended. */
const loop = `while read -r _; do
  curl --silent --output /dev/null --connect-timeout ${connectSeconds} --max-time ${wholeSeconds} "$1"
  echo $?
done`;

export function curl(resolverFile: string, { name, port, path }: Target): Send {
  const url = `http://${name}:${port}${path}`;
  const [program, ...rest] = inOwnMounts(resolverFile, ['sh', '-c', loop, 'sh', url]);
  const shell = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: shell.stdout });
  return async () => {
    shell.stdin.write('\n');
    const [status] = (await once(lines, 'line')) as [string];
    if (status !== '0') throw new Error(`curl ended with ${status}`);
  };
}
