// `evenkeel explain | audit verify`: why the controllers did what they did, and whether their journals are as they wrote them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { fleetFor } from '../fleet/environments.ts';
import { journalLines } from '../failover/adapters/file-journal.ts';
import { explain, explanationText, isTimed } from '../failover/explain.ts';
import type { TimedEntry } from '../failover/explain.ts';
import { verifyChain } from '../failover/journal-chain.ts';
import { findFleetBy } from './fleet-commands.ts';

interface JournalOption {
  readonly port?: string;
  readonly dir?: string;
}

export function addJournalCommands(program: Command): void {
  program
    .command('explain')
    .description('why: what each vantage believed, decided and wrote at a moment')
    .option('--at <time>', 'ISO 8601, or a time of today like 14:03:20 (default: now)')
    .option('--dir <directory>', 'one controller’s state directory (default: the local fleet’s)')
    .option('--port <port>', 'which local fleet')
    .option('--json', 'print one JSON object per vantage')
    .action(async (options: JournalOption & { at?: string; json?: true }) => {
      const atMs = momentOf(options.at);
      const { orderMsMax } = fleetFor('local').steering;
      for (const { vantage, directory } of stateDirectories(options)) {
        const explanation = explain(await timedEntries(directory), atMs, orderMsMax);
        console.log(
          options.json === true
            ? JSON.stringify({ vantage, ...explanation })
            : explanationText(vantage, explanation),
        );
      }
    });
  program
    .command('audit')
    .description('journals as evidence')
    .command('verify')
    .description('whether any line of a journal was changed, removed or put in; exit code 1 if so')
    .option('--dir <directory>', 'one controller’s state directory (default: the local fleet’s)')
    .option('--port <port>', 'which local fleet')
    .action(async (options: JournalOption) => {
      for (const { vantage, directory } of stateDirectories(options)) {
        const { lines, torn, head, faults } = verifyChain(await journalLines(directory));
        const tornText = torn === 0 ? '' : `, ${torn} torn by a crash`;
        console.log(`${vantage}: ${lines} lines${tornText}, head ${head}`);
        for (const { line, found } of faults) console.log(`  line ${line}: ${found}`);
        if (faults.length > 0) process.exitCode = 1;
      }
    });
}

function stateDirectories({ dir, port }: JournalOption) {
  if (dir !== undefined) return [{ vantage: dir, directory: dir }];
  const root = join(findFleetBy(port === undefined ? {} : { port }).directory, 'vantages');
  return readdirSync(root)
    .sort()
    .map((vantage) => ({ vantage, directory: join(root, vantage) }));
}

async function timedEntries(directory: string): Promise<readonly TimedEntry[]> {
  const lines = await journalLines(directory);
  if (lines.length === 0)
    throw new InputError('no-journal', {
      found: `There is no journal in ${directory}`,
      why: 'A controller keeps it in its state directory',
      remedy: 'Name the directory with --dir, or start the local fleet',
    });
  return lines.flatMap((line) => {
    try {
      const entry = JSON.parse(line) as TimedEntry;
      return isTimed(entry) ? [entry] : [];
    } catch {
      return [];
    }
  });
}

function momentOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const today = new Date().toISOString().slice(0, 10);
  const atMs = Date.parse(/^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text) ? `${today}T${text}Z` : text);
  if (Number.isFinite(atMs)) return atMs;
  throw new InputError('wrong-time', {
    found: `--at is "${text}"`,
    why: 'Journals are searched by the time of day, in UTC',
    remedy: 'Write it like 2026-11-21T14:03:20Z, or 14:03:20 for today',
  });
}
