// All rows of the published runs as one file that any tool reads.
import { gzipSync } from 'node:zlib';
import type { Row } from '../row.ts';
import type { PublishedRun } from './published-runs.ts';

const columns = [
  'arm',
  'resolver',
  'client',
  'ttlSeconds',
  'region',
  'killedAtMs',
  'cache',
  'downtimeMs',
  'requests',
  'failed',
  'firstAddressAliveShare',
  'zeroDowntime',
] as const satisfies readonly (keyof Row)[];

export const rowsCsvHead = ['run', 'backend', ...columns].join(',');

/** Names of arms, resolvers and clients have neither commas nor quotes. Three digits are all that a share of some answers has. */
export const rowCsv = ({ folder, backend }: PublishedRun, row: Row): string =>
  [folder, backend, ...columns.map((column) => valueText(row[column]))].join(',');

const valueText = (value: Row[keyof Row]): string =>
  typeof value === 'number' ? String(Math.round(value * 1_000) / 1_000) : String(value);

const linesOfPart = 20_000;

/** In parts: the whole is more than a string may hold. */
export function compressedLines(lines: Iterable<string>): Buffer {
  const parts: Buffer[] = [];
  let part: string[] = [];
  const flush = () => {
    parts.push(Buffer.from(part.map((line) => `${line}\n`).join('')));
    part = [];
  };
  for (const line of lines) {
    part.push(line);
    if (part.length >= linesOfPart) flush();
  }
  flush();
  return gzipSync(Buffer.concat(parts));
}
