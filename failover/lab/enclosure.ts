// The testbed's own world: namespaces for users, processes, mounts and network that end with the process that holds them.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/** As root of a user namespace of its own where that is allowed, so that nothing outside can be touched; else as root. */
const unshareArguments = [
  ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--mount-proc'],
  ['--net', '--mount', '--pid', '--fork', '--mount-proc'],
] as const;
const toolsNeeded = ['unshare', 'nsenter', 'ip', 'nft', 'python3'];
const scriptMsMax = 30_000;

/** Why no testbed can be built on this machine, in words; null when it can. */
export function enclosureObstacle(): string | null {
  if (process.platform !== 'linux')
    return `network namespaces need Linux, and this is ${process.platform}`;
  const missing = toolsNeeded.filter(
    (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0,
  );
  if (missing.length > 0)
    return `${missing.join(', ')} not found (Debian packages util-linux, iproute2, nftables, python3)`;
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun for the wire';
  if (!existsSync(`/proc/self/task/${process.pid}/children`))
    return 'this kernel does not list the children of a process (CONFIG_PROC_CHILDREN)';
  return wayIn() === null
    ? 'namespaces may not be made here: neither root nor user namespaces'
    : null;
}

const probe = 'ip link add name here type veth peer name there && nft add table ip t';

const wayIn = () =>
  unshareArguments.find((way) => spawnSync('unshare', [...way, 'sh', '-c', probe]).status === 0) ??
  null;

/**
 * `nsenter` stops together with a child that is stopped, and would stay so for ever if the rest of the testbed ended: a
 * shell in between is what it waits for. Descriptor 3, because a shell gives its background jobs no input of its own.
 */
const keptApart = 'exec 3<&0; "$@" <&3 3<&- & exec 3<&- <&-; wait $!';

export interface EnteredProcess {
  /** `nsenter`, which ends when the program does and shares its streams. */
  readonly entrance: ChildProcessWithoutNullStreams;
  /** The program's own process, as this side sees it; null before it runs and after it has ended. */
  pid(): number | null;
}

/**
 * Held by a `cat` that reads from this process: when this process ends, however it ends, the `cat` ends; it is process 1
 * of its namespace, so the kernel then kills all others in there and takes the networks and mounts down.
 */
export class Enclosure {
  readonly #holder: ChildProcess;
  readonly #holderPid: number;
  readonly #hasUsers: boolean;

  private constructor(holder: ChildProcess, holderPid: number, hasUsers: boolean) {
    this.#holder = holder;
    this.#holderPid = holderPid;
    this.#hasUsers = hasUsers;
  }

  static async open(): Promise<Enclosure> {
    const way = wayIn();
    if (way === null) throw new Error('no namespaces here: ask enclosureObstacle() first');
    const holder = spawn('unshare', [...way, '--kill-child', 'cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Ctrl-C in the terminal is for the runner; this one must live until the runner has let go of it.
      detached: true,
    });
    // It echoes once everything is mounted.
    holder.stdin.write('.');
    await once(holder.stdout, 'data');
    const pid = childOf(holder.pid);
    if (pid === null) throw new Error('the enclosure ended before it began');
    return new Enclosure(holder, pid, way.includes('--user' as never));
  }

  /** Runs a script to its end as the enclosure's root, in one node's network or in none of them. */
  async run(script: string, node?: string): Promise<string> {
    const { entrance } = this.enter(['sh', '-eu'], node);
    let [out, err] = ['', ''];
    entrance.stdout.on('data', (text: Buffer) => (out += text.toString()));
    entrance.stderr.on('data', (text: Buffer) => (err += text.toString()));
    entrance.stdin.end(script);
    const deadline = setTimeout(() => entrance.kill('SIGKILL'), scriptMsMax);
    const [code] = (await once(entrance, 'close')) as [number | null];
    clearTimeout(deadline);
    if (code !== 0)
      throw new Error(`script ended with ${code} in ${node ?? 'the enclosure'}: ${err}\n${script}`);
    return out;
  }

  /** Starts a program in one node's network. It does not inherit this process's environment but for PATH and HOME. */
  enter(
    command: readonly [string, ...string[]],
    node?: string,
    env: Readonly<Record<string, string>> = {},
  ): EnteredProcess {
    const pid = this.#holderPid;
    const entrance = spawn(
      'nsenter',
      [
        '--target',
        String(pid),
        '--mount',
        '--pid',
        `--wd=${process.cwd()}`,
        ...(this.#hasUsers ? ['--user', '--preserve-credentials'] : []),
        node === undefined ? '--net' : `--net=/proc/${pid}/root/run/netns/${node}`,
        '--',
        'sh',
        '-c',
        keptApart,
        'sh',
        ...command,
      ],
      {
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
        detached: true,
      },
    );
    // Whoever writes to a program that has just been killed learns of it by its end.
    entrance.stdin.on('error', () => undefined);
    return {
      entrance,
      pid: () => {
        const shell = childOf(entrance.pid);
        return shell === null ? null : childOf(shell);
      },
    };
  }

  /** Everything inside is gone when this resolves. */
  async close(): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const gone = once(this.#holder, 'exit');
    this.#holder.stdin?.end();
    await gone;
  }
}

/** The one child of a process that waits for one, as `unshare`, `nsenter` and the shell do. */
function childOf(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    const [child = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return child === '' ? null : Number(child);
  } catch {
    return null;
  }
}
