// A whole local fleet for a test, started by its own command, and the other verbs beside it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FleetUrls } from '../../local/fleet-files.ts';
import type { FleetView } from '../../local/fleet-view.ts';

const checkout = join(__dirname, '..', '..');

export interface Ready {
  readonly event: 'ready';
  readonly urls: FleetUrls;
  readonly directory: string;
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Starts one verb. */
export const begin = (...args: string[]) =>
  spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...args], { cwd: checkout });

/** Runs one verb to its end. */
export async function run(...args: string[]): Promise<Outcome> {
  const child = begin(...args);
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

export class RunningFleet {
  readonly port: number;
  readonly ready: Ready;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, port: number, ready: Ready) {
    this.#process = child;
    this.port = port;
    this.ready = ready;
  }

  static async start(): Promise<RunningFleet> {
    const port = await freePort();
    const child = begin('up', '--json', '--port', String(port));
    return new RunningFleet(child, port, await firstReady(child));
  }

  async view(): Promise<FleetView> {
    const { out } = await run('status', '--json', '--port', String(this.port));
    return JSON.parse(out) as FleetView;
  }

  /** Until every region is healthy and every answer is the intended one. */
  peacetime = () => until('peacetime', async () => (await this.view()).degraded.length === 0);

  /** Ctrl-C; the exit code. */
  async interrupt(): Promise<number> {
    this.#process.kill('SIGINT');
    const [code] = (await once(this.#process, 'exit')) as [number];
    return code;
  }

  /** For `afterAll`: whatever the test left running. */
  async destroy(): Promise<void> {
    if (this.#process.exitCode === null) await this.interrupt();
  }
}

export async function until(
  what: string,
  holds: () => Promise<boolean>,
  msMax = 90_000,
): Promise<void> {
  const deadline = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${msMax} ms: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function firstReady(child: ChildProcess): Promise<Ready> {
  let err = '';
  child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
  if (child.stdout === null) throw new Error('the fleet has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as Ready | { readonly event: 'progress' };
    if (event.event === 'ready') {
      // Later events are nobody's here; unread, they would fill the pipe.
      child.stdout.resume();
      return event;
    }
  }
  throw new Error(`the fleet ended before it was ready: ${err}`);
}
