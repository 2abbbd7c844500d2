// A standalone Spark cluster on loopback: one master, workers of one core, everything in one folder, ended by process id.
import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

export const python = process.env['PYSPARK_PYTHON'] ?? 'python3';

const sparkHome = spawnSync(
  python,
  ['-c', 'import numpy, os, pyspark; print(os.path.dirname(pyspark.__file__))'],
  { encoding: 'utf8' },
).stdout?.trim();

/** Why the suite cannot run here, in words; null where it can. */
export function obstacle(): string | null {
  if (sparkHome === undefined || sparkHome === '')
    return `pyspark or numpy is missing in ${python}`;
  if (spawnSync('java', ['-version']).status !== 0) return 'java is missing';
  return null;
}

export interface Cluster {
  readonly master: string;
  /** Whether an executor of the n-th worker streams pictures through a scorer. */
  isScoring(n: number): boolean;
  /** SIGKILL for the n-th worker and its executors; says how many processes that were. */
  killWorker(n: number): number;
  stop(): Promise<void>;
}

const registeredWithinMs = 240_000;

export async function startCluster(folder: string, workerCount: number): Promise<Cluster> {
  await mkdir(folder, { recursive: true });
  const children: ChildProcess[] = [];
  const daemon = async (name: string, args: readonly string[], ready: RegExp) => {
    const child = spawn(join(sparkHome ?? '', 'bin', 'spark-class'), args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', PYSPARK_PYTHON: python },
    });
    children.push(child);
    return said(child, { ready, log: join(folder, `${name}.log`) });
  };
  const local = ['--host', '127.0.0.1', '--port', '0', '--webui-port', '0'];
  const [, master = ''] = await daemon(
    'master',
    ['org.apache.spark.deploy.master.Master', ...local],
    /Starting Spark master at (spark:\/\/\S+)/,
  );
  const own = ['--cores', '1', '--memory', '1g'];
  await Promise.all(
    Array.from({ length: workerCount }, async (_, n) =>
      daemon(
        `worker-${n}`,
        [
          'org.apache.spark.deploy.worker.Worker',
          ...local,
          ...own,
          '--work-dir',
          join(folder, `work-${n}`),
          master,
        ],
        /Successfully registered with master/,
      ),
    ),
  );
  // Which child is which worker does not matter to anybody: they are alike.
  const workers = children.slice(1);
  return {
    master,
    isScoring: (n) => descendantsOf(workers[n]?.pid ?? 0).some(isScorer),
    killWorker(n) {
      const pid = workers[n]?.pid ?? 0;
      const doomed = [pid, ...childrenOf(pid)];
      for (const one of doomed) process.kill(one, 'SIGKILL');
      return doomed.length;
    },
    async stop() {
      const running = children.filter(
        ({ exitCode, signalCode }) => (exitCode ?? signalCode) === null,
      );
      for (const child of running.toReversed()) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    },
  };
}

function said(
  child: ChildProcess,
  { ready, log }: { readonly ready: RegExp; readonly log: string },
): Promise<RegExpExecArray> {
  const file = createWriteStream(log);
  let text = '';
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready:\n${text}`)), registeredWithinMs);
    child.on('exit', () => {
      clearTimeout(late);
      reject(new Error(`ended early:\n${text}`));
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      file.write(chunk);
      if (text.length < 100_000) text += chunk;
      const match = ready.exec(text);
      if (match === null) return;
      clearTimeout(late);
      resolve(match);
    });
  });
}

/** From /proc: the executors of a worker are its children. */
function childrenOf(parent: number): readonly number[] {
  return processes().flatMap(({ pid, stat }) =>
    Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent ? [pid] : [],
  );
}

const descendantsOf = (parent: number): readonly number[] =>
  childrenOf(parent).flatMap((child) => [child, ...descendantsOf(child)]);

function isScorer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('scorer.js');
  } catch {
    return false;
  }
}

function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), stat: readFileSync(`/proc/${name}/stat`, 'utf8') }];
      } catch {
        return [];
      }
    });
}
