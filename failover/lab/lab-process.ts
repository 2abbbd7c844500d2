// One program of the testbed: started in its node, spoken with in lines of JSON, frozen, woken, killed and started again.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Enclosure, EnteredProcess } from './enclosure.ts';

export interface LabProgram {
  readonly name: string;
  readonly node: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** What it writes to its standard error. */
  readonly logFile: string;
}

/** `event` names its kind; the first one of a program says that it is ready. */
export interface Utterance {
  readonly event?: string;
  readonly [member: string]: unknown;
}

/** A busy machine with two cores starts eight of these at once. */
const readyMsMax = 90_000;
/** The witness says 20 things a second: this is half a day. */
const utterancesMax = 1_000_000;

export class LabProcess {
  readonly program: LabProgram;
  readonly #enclosure: Enclosure;
  readonly #heard = new Map<string, Utterance[]>();
  #utterances = 0;
  #entered: EnteredProcess | null = null;

  constructor(enclosure: Enclosure, program: LabProgram) {
    this.#enclosure = enclosure;
    this.program = program;
  }

  /** Resolves with what it says first, which is that it is ready. */
  async start(): Promise<Utterance> {
    const { command, node, env, logFile, name } = this.program;
    this.#entered = this.#enclosure.enter(command, node, env);
    const { entrance } = this.#entered;
    entrance.stderr.pipe(createWriteStream(logFile, { flags: 'a' }));
    const lines = createInterface({ input: entrance.stdout });
    const ready = new Promise<Utterance>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`${name} did not start: ${why}; see ${logFile}`));
      const deadline = setTimeout(() => fail(`silent for ${readyMsMax} ms`), readyMsMax);
      entrance.once('exit', (code) => {
        clearTimeout(deadline);
        fail(`it ended with ${code}`);
      });
      lines.on('line', (line) => {
        clearTimeout(deadline);
        resolve(this.#hear(JSON.parse(line) as Utterance));
      });
    });
    return ready;
  }

  /** Everything of one kind that it has said, in order. */
  heard(event: string): readonly Utterance[] {
    return this.#heard.get(event) ?? [];
  }

  tell(line: string): void {
    this.#entered?.entrance.stdin.write(`${line}\n`);
  }

  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** Dead at once, with nothing said or closed. */
  async kill(): Promise<void> {
    const entrance = this.#entered?.entrance;
    if (entrance === undefined || entrance.exitCode !== null || entrance.signalCode !== null)
      return;
    const gone = once(entrance, 'exit');
    this.#signal('SIGKILL');
    await gone;
  }

  #hear(utterance: Utterance): Utterance {
    const { event = 'ready' } = utterance;
    this.#utterances += 1;
    const known = this.#heard.get(event);
    if (known === undefined) this.#heard.set(event, [utterance]);
    else if (this.#utterances <= utterancesMax) known.push(utterance);
    return utterance;
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#entered?.pid() ?? null;
    if (pid === null) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It ended in this very moment.
    }
  }
}
