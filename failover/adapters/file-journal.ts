// The journal on disk: one JSON line per event, on the platter before the caller goes on, in a bounded number of files.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
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
  let handle: FileHandle = await openWhole(file);
  let bytes = (await handle.stat()).size;
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;

  const write = async (line: string) => {
    if (bytes + line.length > fileBytesMax && bytes > 0) {
      await handle.close();
      await rotate(file);
      handle = await open(file, 'a', 0o600);
      bytes = 0;
    }
    const { bytesWritten } = await handle.write(line);
    bytes += bytesWritten;
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
      const line = JSON.stringify({ at, ...entry });
      const kept =
        line.length > lineBytesMax
          ? JSON.stringify({ at, kind: entry.kind, tooLong: line.length })
          : line;
      return inTurn(() => write(`${kept}\n`));
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
