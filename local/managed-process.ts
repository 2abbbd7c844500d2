// One process of the local fleet: started, watched, restarted when it dies unasked, frozen, killed and stopped.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { TransientError } from '../fleet/errors.ts';
import type { FaultMessage, SeverMessage } from './faults.ts';

const restartDelayMs = 1_000;
const stopMsMax = 5_000;
const readyMsMax = 60_000;
/** Short beside any deadline, so that a throttled process is slow and not silent. */
const throttlePeriodMs = 200;

export interface ProcessSettings {
  readonly name: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Told of deaths and restarts nobody asked for. */
  readonly onChange: (name: string, what: string) => void;
}

/** The child says `{ready: true, ...}` over IPC once it serves. */
export interface ReadyMessage {
  readonly ready: true;
  readonly url: string;
}

const isReady = (message: unknown): message is ReadyMessage =>
  typeof message === 'object' && message !== null && 'ready' in message;

export class ManagedProcess {
  readonly name: string;
  readonly #settings: ProcessSettings;
  #child: ChildProcess | null = null;
  /** False while a fault or the end of the fleet wants it dead. */
  #wanted = false;
  #frozen = false;
  #throttle: NodeJS.Timeout | null = null;

  constructor(settings: ProcessSettings) {
    this.#settings = settings;
    this.name = settings.name;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Starts the process and resolves with what it says once it serves. */
  async start(): Promise<ReadyMessage> {
    this.#wanted = true;
    const { entry, env, logFile } = this.#settings;
    const child = fork(entry, [], {
      env: { ...process.env, ...env },
      execArgv: ['--import', 'tsx', '--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order.
      detached: true,
    });
    this.#child = child;
    const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('exit', (code, signal) => {
      log.end();
      this.#exited(child, signal ?? `exit code ${code}`);
    });
    return this.#untilReady(child);
  }

  /** Dead at once, with everything it started, and not restarted. */
  kill(): void {
    this.#wanted = false;
    this.#signal('SIGKILL');
  }

  freeze(): void {
    this.#frozen = true;
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#frozen = false;
    this.#unthrottle();
    this.#signal('SIGCONT');
  }

  /** Lets it run only a part of the time, as a machine does whose cores others use; `thaw` ends it. */
  throttle(idleShare: number): void {
    this.#unthrottle();
    this.#throttle = setInterval(() => {
      this.#signal('SIGSTOP');
      setTimeout(() => this.#signal('SIGCONT'), throttlePeriodMs * idleShare);
    }, throttlePeriodMs);
  }

  #unthrottle(): void {
    if (this.#throttle !== null) clearInterval(this.#throttle);
    this.#throttle = null;
  }

  /** One that has just been killed is still connected, and nobody is left there to be told. */
  tell(message: FaultMessage | SeverMessage): void {
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  /** Asks it to end and waits; kills it when it does not listen. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
    });
    if (this.#frozen || this.#throttle !== null) this.thaw();
    child.kill('SIGTERM');
    const deadline = setTimeout(() => this.#signal('SIGKILL'), stopMsMax);
    await gone;
    clearTimeout(deadline);
  }

  #untilReady(child: ChildProcess): Promise<ReadyMessage> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(
          new TransientError('did-not-start', {
            found: `${this.name} did not start: ${why}`,
            why: 'The fleet needs every one of its regions and vantages',
            remedy: `Read ${this.#settings.logFile}, then start again`,
          }),
        );
      const deadline = setTimeout(() => fail(`no answer in ${readyMsMax / 1_000} s`), readyMsMax);
      child.once('exit', (code) => {
        clearTimeout(deadline);
        fail(`it ended with code ${code}`);
      });
      child.on('message', (message) => {
        if (!isReady(message)) return;
        clearTimeout(deadline);
        resolve(message);
      });
    });
  }

  #exited(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#frozen = false;
    this.#unthrottle();
    if (!this.#wanted) return;
    this.#settings.onChange(this.name, `ended unasked (${how}); starting it again`);
    setTimeout(() => {
      if (!this.#wanted || this.#child !== null) return;
      this.start().then(
        () => this.#settings.onChange(this.name, 'serves again'),
        // Its exit has been seen by the line above and starts the next attempt.
        () => undefined,
      );
    }, restartDelayMs);
  }

  /** Signals the whole group, so that a region's workers share its fate. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended in this very moment.
    }
  }
}
