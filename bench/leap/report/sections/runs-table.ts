// The published runs: what was struck how often, before whom, and where it was made.
import { markdownTable } from '../../../markdown-table.ts';
import type { PublishedRun } from '../published-runs.ts';
import { codeText } from '../figure-texts.ts';

/** What run.json says of where a run was made; the simulator needs less than the lab. */
export interface RunFacts {
  readonly command?: string;
  readonly commit?: string;
  readonly startedAt?: string;
  readonly machine?: string;
}

export interface RunLine {
  readonly run: PublishedRun;
  readonly facts: RunFacts;
  readonly ttlsSeconds: readonly number[];
  readonly arms: number;
  readonly resolvers: number;
  readonly clients: number;
  readonly kills: number;
  readonly users: number;
}

export function runsTable(lines: readonly RunLine[]): string {
  const rows = lines.map(({ run, facts, ...counts }) => [
    `[${run.folder}](../measurements/${run.folder}/)`,
    `${run.backend}, ${run.role}`,
    counts.ttlsSeconds.join(', '),
    String(counts.arms),
    String(counts.resolvers),
    String(counts.clients),
    String(counts.kills),
    String(counts.users),
    [facts.startedAt?.slice(0, 10), facts.commit, facts.machine].filter(Boolean).join(', '),
  ]);
  const head = ['run', 'backend', 'TTL, s', 'arms', 'resolvers', 'clients', 'kills', 'users'];
  const commands = lines.flatMap(({ facts }) => facts.command ?? []).map(codeText);
  return [
    markdownTable([...head, 'made'], rows),
    ...(commands.length === 0 ? [] : [`Made by ${[...new Set(commands)].join('; ')}.`]),
  ].join('\n\n');
}
