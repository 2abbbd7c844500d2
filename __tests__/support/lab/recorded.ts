// Figures of the testbed: told on the console, and kept with their origin where EVENKEEL_NET_RECORD names a folder.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { wireSeed } from './lab-world.ts';

const checkout = join(__dirname, '..', '..', '..');

export function recorded(name: string, figures: object, rounds: readonly object[]): void {
  const [suite = name] = name.split('-');
  console.info(`${name}: ${JSON.stringify(figures)}`);
  const folder = process.env['EVENKEEL_NET_RECORD'] ?? '';
  if (folder === '') return;
  const date = new Date().toISOString().slice(0, 10);
  const text = JSON.stringify({ ...originOf(date, suite), figures, rounds }, null, 1);
  writeFileSync(join(checkout, folder, `${date}-${name}.json`), `${text}\n`);
}

const originOf = (date: string, suite: string) => ({
  date,
  command: `EVENKEEL_NET_ROUNDS=${process.env['EVENKEEL_NET_ROUNDS'] ?? ''} npm run test:net -- ${suite}`,
  version: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: checkout })
    .toString()
    .trim(),
  node: process.version,
  machine: `${cpus().length} shared cores`,
  wireSeed,
});

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] =
    sorted.length % 2 === 1
      ? [sorted[middle], sorted[middle]]
      : sorted.slice(middle - 1, middle + 1);
  return (low + high) / 2;
}
