// Installs the locked packages when they are missing or older than the lockfile, so `npm start` and `npm test` are enough.
// `--runtime`: only what running needs, without a gigabyte of infrastructure types; enough for `npm start`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modifiedMs = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const requiredMajor = 20;
const wanted = process.argv.includes('--runtime') ? 'runtime' : 'all';
/** Which lockfile was installed, and how much of it: a checkout changes its date without changing its content. */
const marker = join(root, 'node_modules', '.evenkeel-installed');
const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

function isInstalled() {
  // npm writes this file last, so an interrupted installation is repeated.
  const installedMs = modifiedMs('node_modules/.package-lock.json');
  if (installedMs === 0) return false;
  const [scope, hash] = readMarker().split(' ');
  if (scope === 'runtime' && wanted === 'all') return false;
  return installedMs >= modifiedMs('package-lock.json') || hash === lockHash();
}

/** `<scope> <hash>`; absent where somebody ran npm by hand, which installs everything. */
function readMarker() {
  try {
    return readFileSync(marker, 'utf8');
  } catch {
    return 'all';
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
    const scope = wanted === 'runtime' ? ['--omit=dev'] : [];
    execFileSync(command, [...args, 'ci', ...scope, '--no-progress', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    writeFileSync(marker, `${wanted} ${lockHash()}`);
  } catch {
    console.error(
      'Installing failed: see above. Check the network or the npm registry setting, then run the command again.',
    );
    process.exit(2);
  }
}
