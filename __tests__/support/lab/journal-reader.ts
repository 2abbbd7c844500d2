// Reads a controller's journal while it is being written: only what is new, and never half a line.
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

export interface JournalLine {
  /** Wall clock, which is one for all of the testbed. */
  readonly at: number;
  readonly vantage: string;
  readonly kind: string;
  readonly [member: string]: unknown;
}

const chunkBytes = 65_536;

export class JournalReader {
  readonly #vantage: string;
  readonly #file: string;
  readonly #lines: JournalLine[] = [];
  readonly #standings = new Map<unknown, unknown>();
  #offset = 0;
  #rest = '';

  constructor(vantage: string, directory: string) {
    this.#vantage = vantage;
    this.#file = join(directory, 'journal.jsonl');
  }

  lines(): readonly JournalLine[] {
    this.#catchUp();
    return this.#lines;
  }

  /** What this vantage last said of a region. */
  standing(region: string): unknown {
    this.#catchUp();
    return this.#standings.get(region);
  }

  #catchUp(): void {
    const news = this.#news();
    if (news === '') return;
    const texts = (this.#rest + news).split('\n');
    this.#rest = texts.pop() ?? '';
    for (const text of texts.filter((t) => t !== '')) {
      const entry = JSON.parse(text) as {
        at: string;
        kind: string;
        region?: string;
        standing?: string;
      };
      this.#lines.push({ ...entry, vantage: this.#vantage, at: Date.parse(entry.at) });
      if (entry.kind === 'verdict') this.#standings.set(entry.region, entry.standing);
    }
  }

  #news(): string {
    let file: number;
    try {
      file = openSync(this.#file, 'r');
    } catch {
      // Not begun yet.
      return '';
    }
    try {
      const chunks: Buffer[] = [];
      for (;;) {
        const chunk = Buffer.alloc(chunkBytes);
        const read = readSync(file, chunk, 0, chunkBytes, this.#offset);
        this.#offset += read;
        chunks.push(chunk.subarray(0, read));
        if (read < chunkBytes) return Buffer.concat(chunks).toString('utf8');
      }
    } finally {
      closeSync(file);
    }
  }
}
