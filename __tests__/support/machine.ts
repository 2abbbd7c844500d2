// A machine for one test: real systemd in namespaces of its own, on a throw-away copy of this system's files. Needs root.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Machine {
  /** Runs a shell script in the machine, as root, and waits for it. */
  run(script: string): Promise<Ran>;
  /** Like `run`, and throws when it does not exit with 0. */
  must(script: string): Promise<string>;
  /** Starts a program of this system in the machine's network only. */
  serve(command: string, args: readonly string[]): ChildProcess;
  end(): Promise<void>;
}

const bootMsMax = 30_000;
const namespaces = [
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--cgroup',
  '--net',
  '--uts',
  '--ipc',
];
const systemd = '/lib/systemd/systemd';

/** Why no machine can be had here; null where one can. */
export function machineObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!existsSync(systemd)) return 'it needs systemd (apt-get install systemd)';
  if (cgroupRoot() === null) return 'it needs cgroup2 mounted';
  try {
    const folder = 'd=$(mktemp -d) && mount -t tmpfs t "$d" && mkdir "$d"/u "$d"/w "$d"/r';
    const overlay = 'mount -t overlay -o "lowerdir=/,upperdir=$d/u,workdir=$d/w" o "$d/r"';
    execFileSync('unshare', [...namespaces, 'sh', '-c', `${folder} && ${overlay}`], {
      stdio: 'pipe',
    });
    return null;
  } catch (error) {
    return `it needs namespaces and overlay mounts: ${String(error).slice(0, 200)}`;
  }
}

function cgroupRoot(): string | null {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const cgroup2 = mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2');
  return cgroup2?.[1] ?? null;
}

export async function bootMachine(): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-machine-'));
  const cgroup = join(cgroupRoot() ?? '', `evenkeel-test-${process.pid}`);
  mkdirSync(cgroup);
  const boot = join(__dirname, 'boot-machine.sh');
  const enter = `echo $$ >"${cgroup}/cgroup.procs"; exec unshare ${namespaces.join(' ')} bash "${boot}" "${folder}"`;
  const child = spawn('bash', ['-c', enter], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const servers: ChildProcess[] = [];
  const end = async () => {
    for (const server of servers) server.kill('SIGKILL');
    child.kill('SIGKILL');
    await pause(500);
    removeCgroups(cgroup);
    rmdirSync(folder);
  };
  try {
    const pid = await initOf(child);
    const run = (script: string) => runIn(pid, script);
    await booted(run);
    return {
      run,
      async must(script) {
        const { code, stdout, stderr } = await run(script);
        if (code !== 0) throw new Error(`${script}: exit ${code}\n${stdout}\n${stderr}`);
        return stdout.trim();
      },
      serve(command, args) {
        const server = spawn('nsenter', ['-t', `${pid}`, '-n', command, ...args], {
          stdio: 'inherit',
        });
        servers.push(server);
        return server;
      },
      end,
    };
  } catch (error) {
    await end();
    throw new Error(`the machine did not boot: ${output}`, { cause: error });
  }
}

/** The process that is number 1 inside: the one child of `unshare`. */
async function initOf(child: ChildProcess): Promise<number> {
  for (const deadline = Date.now() + bootMsMax; Date.now() < deadline;) {
    await pause(100);
    if (child.exitCode !== null) break;
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    if (/^\d+$/.test(children)) {
      const init = readFileSync(`/proc/${children}/cmdline`, 'utf8');
      if (init.startsWith(systemd)) return Number(children);
    }
  }
  throw new Error('no systemd came up');
}

async function booted(run: Machine['run']): Promise<void> {
  let state = '';
  for (const deadline = Date.now() + bootMsMax; Date.now() < deadline;) {
    ({ stdout: state } = await run('systemctl is-system-running'));
    if (/^(running|degraded)/.test(state)) return;
    await pause(200);
  }
  throw new Error(`systemd is still ${state}`);
}

function runIn(pid: number, script: string): Promise<Ran> {
  const entered = [
    '-t',
    `${pid}`,
    '-a',
    '-r',
    '-w',
    'env',
    '-i',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ];
  const child = spawn('nsenter', [...entered, 'bash', '-s'], { stdio: 'pipe', cwd: '/' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(script);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Empty by now: a control group's folders go only one by one, from the innermost outwards. */
function removeCgroups(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeCgroups(join(folder, entry.name));
  rmdirSync(folder);
}
