// Starts one worker as a child process. Not a thread: a native decoder's crash takes only itself down, and a hung run can be
// killed, whereas terminating a thread inside a run aborts the whole service (onnxruntime: `throwing Napi::Error`).
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FromWorker, ToWorker } from './messages.ts';

export interface WorkerListener {
  /** The worker's sentence; or it has ended, with why as far as known. */
  readonly said: (message: FromWorker) => void;
  readonly ended: (reason: string) => void;
}

export interface WorkerProcess {
  tell(message: ToWorker): void;
  /** SIGKILL: a hung native run heeds nothing gentler. */
  kill(): void;
}

export type SpawnWorker = (listener: WorkerListener) => WorkerProcess;

export interface WorkerOptions {
  /** Defaults to the real worker beside this file. */
  readonly entry?: URL;
  readonly heapMiB: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a worker may write to stderr before it has seen any picture is kept for the log, up to this. */
const startupStderrBytesMax = 2_048;

export const workerSpawner =
  (options: WorkerOptions): SpawnWorker =>
  ({ said, ended }) => {
    const entry = options.entry ?? siblingEntry();
    const child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${options.heapMiB}`, ...loaderFor(entry)],
      env: { ...options.environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let stderr = '';
    let startedUp = false;
    let over = false;
    const end = (reason: string) => {
      if (over) return;
      over = true;
      ended(reason);
    };
    // Later output is read and dropped: libraries print what they find in pictures, and that may name a patient.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (!startedUp && stderr.length < startupStderrBytesMax) stderr += text;
    });
    child.on('message', (message) => {
      startedUp = true;
      said(message as FromWorker);
    });
    child.on('error', (error) => end(`could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const tail = startedUp ? '' : stderr.trim().slice(-startupStderrBytesMax);
      end(tail === '' ? how : `${how}: ${tail}`);
    });
    return {
      // A worker that died a moment ago reports its end through 'exit'; the callback keeps the failed send from throwing.
      tell: (message) => void child.send(message, () => undefined),
      kill: () => void child.kill('SIGKILL'),
    };
  };

const isTypeScript = (url: string | URL) => String(url).endsWith('.ts');

const siblingEntry = () =>
  new URL(`./worker.${isTypeScript(import.meta.url) ? 'ts' : 'js'}`, import.meta.url);

/** From source the worker needs the loader too; compiled, it needs none. */
const loaderFor = (entry: URL): string[] =>
  isTypeScript(entry)
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : [];
