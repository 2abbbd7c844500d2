// The journal on disk: one JSON line per event, on the platter before the caller goes on, in a bounded number of files.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { chainedLine, chainStart, lineHash } from '../journal-chain.ts';
import type { Clock, Journal, JournalEntry } from '../ports.ts';

const fileBytesMaxDefault = 8 * 1024 * 1024;
/** journal.jsonl and this many older ones; with the size above some months of changes. */
const olderFilesMax = 3;
const lineBytesMax = 64 * 1024;
/** Lines that wait for a slow disk; beyond it lines are lost and counted, never piled up. */
const linesWaitingMax = 1_000;

export interface FileJournal extends Journal {
  close(): Promise<void>;
}

export async function fileJournal(
  directory: string,
  clock: Clock,
  fileBytesMax = fileBytesMaxDefault,
): Promise<FileJournal> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'journal.jsonl');
  let previous = await lastHash(file);
  let handle: FileHandle = await openWhole(file);
  let bytes = (await handle.stat()).size;
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let isBroken = false;

  const write = async (entry: object) => {
    // Chained only when its turn comes: a line that failed to be written is nobody's predecessor.
    const { text, hash } = chainedLine(previous, entry);
    const line = `${text}\n`;
    if (bytes + line.length > fileBytesMax && bytes > 0) {
      await handle.close();
      await rotate(file);
      handle = await open(file, 'a', 0o600);
      bytes = 0;
    }
    const { bytesWritten } = await handle.write(isBroken ? `\n${line}` : line);
    bytes += bytesWritten;
    // A disk that fills up in mid-line leaves a half one: the next one must stand by itself.
    isBroken = bytesWritten < Buffer.byteLength(line);
    if (isBroken) throw new Error(`only ${bytesWritten} bytes of a line were written to ${file}`);
    previous = hash;
    await handle.datasync();
  };
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    // One failure (a full disk) must not fail all later lines.
    waiting += 1;
    last = last
      .catch(() => undefined)
      .then(step)
      .finally(() => {
        waiting -= 1;
      });
    return last;
  };
  return {
    append: (entry) => {
      if (waiting >= linesWaitingMax)
        return Promise.reject(new Error(`${linesWaitingMax} lines wait for ${file}`));
      const at = new Date(clock.wallMs()).toISOString();
      const { length } = JSON.stringify(entry);
      const kept = length > lineBytesMax ? { kind: entry.kind, tooLong: length } : entry;
      return inTurn(() => write({ at, ...kept }));
    },
    tail: async (linesMax) => {
      await last.catch(() => undefined);
      const texts = await Promise.all(
        [older(file, 1), file].map((f) => readFile(f, 'utf8').catch(() => '')),
      );
      return texts.join('').split('\n').flatMap(parseLine).slice(-linesMax);
    },
    close: () => inTurn(() => handle.close()),
  };
}

/** Where the chain goes on: the last whole line, be it in the file before this one. */
async function lastHash(file: string): Promise<string> {
  for (const name of [file, older(file, 1)]) {
    const text = await readFile(name, 'utf8').catch(() => '');
    const hash = text
      .split('\n')
      .map(lineHash)
      .findLast((found) => found !== null);
    if (hash !== undefined && hash !== null) return hash;
  }
  return chainStart;
}

/** Every line that is kept, the oldest first. */
export async function journalLines(directory: string): Promise<readonly string[]> {
  const file = join(directory, 'journal.jsonl');
  const names = [
    ...Array.from({ length: olderFilesMax }, (_, i) => older(file, olderFilesMax - i)),
    file,
  ];
  const texts = await Promise.all(names.map((name) => readFile(name, 'utf8').catch(() => '')));
  return texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
}

/** A crash in mid-write leaves half a line: end it, so that the next one stands by itself. */
async function openWhole(file: string): Promise<FileHandle> {
  const before = await readFile(file).catch(() => Buffer.alloc(0));
  const handle = await open(file, 'a', 0o600);
  if (before.length > 0 && before.at(-1) !== 0x0a) await handle.write('\n');
  return handle;
}

const older = (file: string, n: number) => `${file}.${n}`;

async function rotate(file: string): Promise<void> {
  for (let n = olderFilesMax - 1; n >= 1; n -= 1)
    await rename(older(file, n), older(file, n + 1)).catch(() => undefined);
  await rename(file, older(file, 1));
}

function parseLine(line: string): JournalEntry[] {
  try {
    const entry = JSON.parse(line) as JournalEntry;
    return typeof entry === 'object' && entry !== null && 'kind' in entry ? [entry] : [];
  } catch {
    // The half line of a crash: everything it could say is in the zone.
    return [];
  }
}
