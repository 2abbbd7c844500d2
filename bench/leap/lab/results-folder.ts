// The folder of one run: its settings, one line for each round that is done, all rows, and what they were made from. Gone on with
// where it was left.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../fleet/errors.ts';
import { parseRow, rowText } from '../row.ts';
import type { Row } from '../row.ts';
import type { ExperimentSettings } from './experiment-plan.ts';
import type { RoundRecord, RoundResult } from './round.ts';

/** Below the folder of the run. */
export const rawFileOf = ({ number }: Pick<RoundRecord, 'number'>): string =>
  join('raw', `${String(number).padStart(4, '0')}.json.gz`);

export class ResultsFolder {
  readonly #path: string;

  /** `InputError` 'other-run' where the folder holds a run with other settings. */
  constructor(path: string, settings: ExperimentSettings, provenance: object) {
    this.#path = path;
    mkdirSync(join(path, 'raw'), { recursive: true });
    const file = join(path, 'run.json');
    if (!existsSync(file))
      writeFileSync(file, `${JSON.stringify({ settings, ...provenance }, null, 1)}\n`);
    const kept = (JSON.parse(readFileSync(file, 'utf8')) as { settings: ExperimentSettings })
      .settings;
    if (JSON.stringify(kept) !== JSON.stringify(settings))
      throw new InputError('other-run', {
        found: `${path} holds a run with other settings`,
        why: 'Rounds of two runs in one folder could not be told apart',
        remedy: 'Name another folder, or give the settings that run.json has',
      });
    this.#dropHalves();
  }

  get done(): readonly RoundRecord[] {
    return this.#lines('rounds.jsonl').map((line) => JSON.parse(line) as RoundRecord);
  }

  get rows(): readonly Row[] {
    return this.#lines('rows.jsonl').map(parseRow);
  }

  /** The round's own line is last: without it the round is not done. */
  add({ record, rows, raw }: RoundResult): void {
    writeFileSync(this.#file(rawFileOf(record)), gzipSync(JSON.stringify(raw)));
    appendFileSync(this.#file('rows.jsonl'), rows.map((row) => `${rowText(row)}\n`).join(''));
    appendFileSync(this.#file('rounds.jsonl'), `${JSON.stringify(record)}\n`);
  }

  /** Rows of a round that was cut off while it was written. */
  #dropHalves(): void {
    const kills = new Set(this.done.map(({ killedAtMs }) => killedAtMs));
    const whole = this.#lines('rows.jsonl').filter((line) => isRowOf(kills, line));
    writeFileSync(this.#file('rows.jsonl'), whole.map((line) => `${line}\n`).join(''));
  }

  #file = (name: string): string => join(this.#path, name);

  #lines(name: string): readonly string[] {
    const file = this.#file(name);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }
}

function isRowOf(kills: ReadonlySet<number>, line: string): boolean {
  try {
    return kills.has(parseRow(line).killedAtMs);
  } catch {
    // Half a line.
    return false;
  }
}
