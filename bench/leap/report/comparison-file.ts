// The lab beside the simulator, as it is kept: a comparison takes minutes, and the page is checked more often than it is made.
import { InputError } from '../../../fleet/errors.ts';
import type { Comparison } from '../gate.ts';
import type { Role } from './published-runs.ts';

export interface KeptComparison {
  /** The runs that were pooled for it: all of one role. */
  readonly folders: readonly string[];
  readonly role: Role;
  readonly arm: string;
  readonly client: string;
  readonly ttlSeconds: number;
  readonly users: number;
  readonly labSeconds: number;
  readonly labErrorSeconds: number;
  /** Null: the simulator has nothing to say. */
  readonly simulatedSeconds: number | null;
  readonly simulatedErrorSeconds: number | null;
  readonly agrees: boolean;
}

export function keptComparison(
  { folders, role }: Pick<KeptComparison, 'folders' | 'role'>,
  { measured, simulated, passes }: Comparison,
): KeptComparison {
  const { arm, client, ttlSeconds, users } = measured;
  return {
    folders,
    role,
    arm,
    client,
    ttlSeconds,
    users,
    labSeconds: rounded(measured.meanSeconds),
    labErrorSeconds: rounded(measured.standardErrorSeconds),
    simulatedSeconds: simulated && rounded(simulated.meanSeconds),
    simulatedErrorSeconds: simulated && rounded(simulated.standardErrorSeconds),
    agrees: passes,
  };
}

const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

/** A line of JSON for each. */
export const comparisonsText = (comparisons: readonly KeptComparison[]): string =>
  comparisons.map((one) => `${JSON.stringify(one)}\n`).join('');

/** `InputError` 'wrong-comparisons' for a text that `comparisonsText` did not write. */
export const parseComparisons = (text: string): readonly KeptComparison[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(parsed);

function parsed(line: string): KeptComparison {
  const value = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const hasNames = ['role', 'arm', 'client'].every((key) => typeof value[key] === 'string');
  const hasFigures = ['ttlSeconds', 'users', 'labSeconds', 'labErrorSeconds'].every((key) =>
    Number.isFinite(value[key]),
  );
  const { simulatedSeconds: said, agrees } = value;
  const hasSaid = said === null || Number.isFinite(said);
  const isWhole = hasNames && hasFigures && Array.isArray(value['folders']);
  if (isWhole && hasSaid && typeof agrees === 'boolean') return value as unknown as KeptComparison;
  throw new InputError('wrong-comparisons', {
    found: `docs/leap-goal/compared.jsonl has ${line.slice(0, 200)}`,
    why: 'How many figures of the simulator agree is counted in it',
    remedy: 'Write it anew: npm run experiment:report -- --compare',
  });
}
