// Installs the locked packages when node_modules is missing or older than the lockfile, so `npm start` and `npm test` are enough.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modifiedMs = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const requiredMajor = 20;

if (Number(process.versions.node.split('.')[0]) < requiredMajor) {
  console.error(
    `Node ${process.versions.node} is too old: Evenkeel needs Node ${requiredMajor}.20 or newer.`,
  );
  process.exit(2);
}
// npm writes this file last, so an interrupted installation is repeated.
if (modifiedMs('node_modules/.package-lock.json') < modifiedMs('package-lock.json')) {
  console.error('Installing the locked packages (about a minute, once) ...');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  try {
    execFileSync(command, [...args, 'ci', '--no-progress', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
  } catch {
    console.error(
      'Installing failed: see above. Check the network or the npm registry setting, then run the command again.',
    );
    process.exit(2);
  }
}
