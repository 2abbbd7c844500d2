// Installs the locked packages when node_modules is missing or older than the lockfile, so `npm start` and `npm test` are enough.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modifiedMs = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const requiredMajor = 20;
/** Which lockfile was installed: a checkout changes its date without changing its content. */
const marker = join(root, 'node_modules', '.evenkeel-installed');
const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

function isInstalled() {
  // npm writes this file last, so an interrupted installation is repeated.
  const installedMs = modifiedMs('node_modules/.package-lock.json');
  if (installedMs === 0) return false;
  if (installedMs >= modifiedMs('package-lock.json')) return true;
  try {
    return readFileSync(marker, 'utf8') === lockHash();
  } catch {
    return false;
  }
}

if (Number(process.versions.node.split('.')[0]) < requiredMajor) {
  console.error(
    `Node ${process.versions.node} is too old: Evenkeel needs Node ${requiredMajor}.20 or newer.`,
  );
  process.exit(2);
}
if (!isInstalled()) {
  console.error('Installing the locked packages (about a minute, once) ...');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  try {
    execFileSync(command, [...args, 'ci', '--no-progress', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    writeFileSync(marker, lockHash());
  } catch {
    console.error(
      'Installing failed: see above. Check the network or the npm registry setting, then run the command again.',
    );
    process.exit(2);
  }
}
