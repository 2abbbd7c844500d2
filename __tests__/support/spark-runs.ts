// Runs the Spark commands as people do, and reads from Spark's event log what happened to their tasks.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { python } from './spark-cluster.ts';

const checkout = join(__dirname, '../..');

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export async function runSpark(
  program: 'evaluate' | 'refit',
  args: readonly string[],
): Promise<Run> {
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join('models/spark', `${program}-main.ts`), ...args],
    {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SPARK_LOCAL_IP: '127.0.0.1', PYSPARK_PYTHON: python },
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr, ms: performance.now() - startMs };
}

/** Without the lines of Spark's own log. */
const ownWords = (stderr: string) =>
  stderr
    .split('\n')
    .filter((line) => !/^\d\d\/\d\d\/\d\d .*(INFO|WARN)/.test(line))
    .join('\n');

/** Fails with what the program said, which a bare exit code would hide. */
export function answerOf({ code, stdout, stderr }: Run): unknown {
  if (code !== 0) throw new Error(`exit code ${code}:\n${ownWords(stderr).slice(0, 4_000)}`);
  return JSON.parse(stdout);
}

/** The largest difference of two numbers in the same place; infinite where the two differ in anything else. */
export function furthest(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return Math.abs(left - right);
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return left === right ? 0 : Infinity;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Math.max(
    0,
    ...[...names].map((name) =>
      furthest((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
    ),
  );
}

interface SparkEvent {
  readonly Event: string;
  readonly 'Task End Reason'?: { readonly Reason: string };
}

/** What the event log of the only application in the folder says of executors and tasks. */
export function eventsOf(folder: string) {
  const [log = ''] = readdirSync(folder);
  const events = readFileSync(join(folder, log), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SparkEvent);
  const ended = events.flatMap((event) => event['Task End Reason']?.Reason ?? []);
  return {
    executorsAdded: events.filter((one) => one.Event === 'SparkListenerExecutorAdded').length,
    executorsRemoved: events.filter((one) => one.Event === 'SparkListenerExecutorRemoved').length,
    tasksLost: ended.filter((reason) => reason === 'ExecutorLostFailure').length,
  };
}

/** Tasks whose scores are committed, while a job writes to `output`. */
export function committedTasks(output: string): number {
  const folder = join(output, 'scores', '_temporary', '0');
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).filter((name) => name.startsWith('task_')).length;
}
