// Everything that a testbed has heard so far: from its provider, its witness, its clients and the controllers' journals.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabProcess } from '../../../failover/lab/lab-process.ts';
import type { Batch } from '../../../failover/lab/zone-history.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { JournalReader } from './journal-reader.ts';
import type { JournalLine } from './journal-reader.ts';

export const authorityName = 'authority';
/** The provisioning has written it. */
export const firstTerm = 1;
const tailLines = 15;

export interface Upload {
  readonly at: number;
  readonly policy: 'every' | 'first';
  readonly ok: boolean;
  readonly tookMs: number;
  readonly address?: string;
  readonly why?: string;
}

export interface View {
  readonly askedAt: number;
  readonly at: number;
  readonly server: string;
  readonly term: number;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

export class LabRecords {
  readonly fleet: Fleet;
  readonly directory = mkdtempSync(join(tmpdir(), 'evenkeel-lab-'));
  readonly processes = new Map<string, LabProcess>();
  readonly #journals: readonly JournalReader[];

  protected constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.#journals = this.vantages.map((id) => new JournalReader(id, this.stateDirectory(id)));
  }

  get vantages(): readonly string[] {
    return this.fleet.vantages.map(({ id }) => id);
  }

  file(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  stateDirectory(vantage: string): string {
    return this.file(vantage);
  }

  process(name: string): LabProcess {
    const found = this.processes.get(name);
    if (found === undefined) throw new Error(`the testbed has no process ${name}`);
    return found;
  }

  heard(name: string, event: string) {
    return this.process(name).heard(event);
  }

  /** Every batch that reached the provider, in the order of its decisions. */
  get history(): readonly Batch[] {
    return this.heard(authorityName, 'batch') as unknown as Batch[];
  }

  /** The batches that became effective. */
  get changes(): readonly Batch[] {
    return this.history.filter((batch) => batch.accepted);
  }

  get views(): readonly View[] {
    return this.heard('witness', 'view') as unknown as View[];
  }

  get absences(): readonly object[] {
    return this.heard('witness', 'absent');
  }

  get apiAnswers(): readonly { readonly at: number; readonly addresses: readonly string[] }[] {
    return this.heard('witness', 'api') as never;
  }

  get uploads(): readonly Upload[] {
    return this.heard('clients', 'upload') as unknown as Upload[];
  }

  get questionsToResolver(): readonly { readonly name: string; readonly asker: string }[] {
    return this.heard('resolver', 'question') as never;
  }

  get weights(): Readonly<Record<string, number>> {
    const peacetime = Object.fromEntries(this.fleet.regions.map((r) => [r.id, r.weight]));
    return this.changes.reduce((weights, batch) => ({ ...weights, ...batch.weights }), peacetime);
  }

  /** All journals together, in the order of their (one) wall clock. */
  journal(sinceMs = 0): readonly JournalLine[] {
    return this.#journals
      .flatMap((reader) => reader.lines().filter(({ at }) => at >= sinceMs))
      .toSorted((a, b) => a.at - b.at);
  }

  /** Whether it was confirmed to whoever wrote it: by the provider, and by every name server. */
  isSettled(term: number | null): boolean {
    return this.#journals.some((reader) =>
      reader.lines().some((line) => line.kind === 'settled' && line['term'] === term),
    );
  }

  /** Whether every vantage has last said of every region that it is up. */
  isUpForAll(): boolean {
    return this.#journals.every((reader) =>
      this.fleet.regions.every(({ id }) => reader.standing(id) === 'up'),
    );
  }

  tail(): string {
    return this.journal()
      .slice(-tailLines)
      .map((line) => JSON.stringify(line))
      .join('\n');
  }
}
