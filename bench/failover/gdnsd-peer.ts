// One gdnsd in the testbed: started with a configuration of its own, its log read for what it believes.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Enclosure, EnteredProcess } from '../../failover/lab/enclosure.ts';
import { gdnsdConfigText, gdnsdZoneText } from './gdnsd-config.ts';
import type { GdnsdConfig } from './gdnsd-config.ts';

export interface StateChange {
  readonly at: number;
  readonly address: string;
  readonly isUp: boolean;
}

const changeLine = /state of '([\d.]+)\/\w+' changed from \w+\/\d+ to (UP|DOWN)/;
const readyLine = /DNS listeners started/;
const readyMsMax = 30_000;
const stopMsMax = 10_000;

/** As Debian says it, for the record; null where it is not installed. */
export function gdnsdVersion(): string | null {
  const { status, stderr, stdout } = spawnSync('gdnsd', ['version'], { encoding: 'utf8' });
  if (status === null) return null;
  return /gdnsd version (\S+)/.exec(stdout + stderr)?.[1] ?? null;
}

export class GdnsdPeer {
  readonly name: string;
  readonly changes: StateChange[] = [];
  readonly #enclosure: Enclosure;
  readonly #node: string;
  readonly #directory: string;
  #entered: EnteredProcess | null = null;

  constructor(enclosure: Enclosure, node: string, name: string, config: GdnsdConfig) {
    this.#enclosure = enclosure;
    this.#node = node;
    this.name = name;
    this.#directory = config.directory;
    mkdirSync(join(config.directory, 'zones'), { recursive: true });
    writeFileSync(join(config.directory, 'config'), gdnsdConfigText(config));
    writeFileSync(join(config.directory, 'zones', config.zone), gdnsdZoneText(config));
  }

  /** Resolves when it answers; it has then polled every address once. */
  async start(): Promise<void> {
    this.#entered = this.#enclosure.enter(['gdnsd', '-c', this.#directory, 'start'], this.#node);
    const { entrance } = this.#entered;
    entrance.stdout.resume();
    const lines = createInterface({ input: entrance.stderr });
    await new Promise<void>((resolve, reject) => {
      let log = '';
      const fail = (why: string) => reject(new Error(`gdnsd ${this.name} ${why}: ${log}`));
      const deadline = setTimeout(() => fail('was not ready in time'), readyMsMax);
      entrance.once('exit', () => {
        clearTimeout(deadline);
        fail('ended');
      });
      lines.on('line', (line) => {
        this.#hear(line);
        if (readyLine.test(line)) {
          clearTimeout(deadline);
          resolve();
        } else if (log.length < 4_096) log += `\n${line}`;
      });
    });
  }

  async stop(): Promise<void> {
    const [entrance, pid] = [this.#entered?.entrance, this.#entered?.pid() ?? null];
    this.#entered = null;
    if (entrance === undefined || pid === null) return;
    const gone = once(entrance, 'exit', { signal: AbortSignal.timeout(stopMsMax) });
    process.kill(pid, 'SIGTERM');
    await gone;
  }

  /** When it first took the address for dead after a moment; null for never. */
  downAt(address: string, since: number): number | null {
    const found = this.changes.find((c) => c.address === address && !c.isUp && c.at >= since);
    return found?.at ?? null;
  }

  #hear(line: string): void {
    const [, address, state] = changeLine.exec(line) ?? [];
    if (address !== undefined) this.changes.push({ at: Date.now(), address, isUp: state === 'UP' });
  }
}
