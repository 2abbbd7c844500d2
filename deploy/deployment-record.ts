// deployments/<environment>.json: what was built, in the open, so that any stack can be applied while others are dead.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../fleet/errors.ts';
import type { StackOutputs } from '../fleet/failover-plan.ts';
import type { Release } from './release-choice.ts';

export interface StackRecord {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** An apply began and is not known to have ended well: something of it may exist. */
  readonly isUnfinished?: true;
}

export interface DeploymentRecord {
  /** The release that was deployed last, and the one that it replaced. */
  readonly release?: Release;
  readonly previous?: Release;
  readonly stacks: Readonly<Record<string, StackRecord>>;
}

export interface TerraformOutput {
  readonly sensitive: boolean;
  readonly value: unknown;
}

const nothingBuilt: DeploymentRecord = { stacks: {} };

export const recordFile = (folder: string, environment: string) =>
  join(folder, `${environment}.json`);

/** `InputError` 'unreadable-record'. A missing file says that nothing was built yet. */
export function readRecord(file: string): DeploymentRecord {
  try {
    const { stacks, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as DeploymentRecord;
    return { ...rest, stacks: { ...stacks } };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return nothingBuilt;
    throw new InputError(
      'unreadable-record',
      {
        found: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        why: 'It holds the addresses and names that stacks hand to each other',
        remedy: 'Restore it from version control',
      },
      { cause },
    );
  }
}

/** Written beside and then moved, so that an interruption leaves the old file or the new one. */
export function writeRecord(file: string, record: DeploymentRecord): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.new`;
  writeFileSync(beside, `${JSON.stringify(sorted(record), null, 2)}\n`);
  renameSync(beside, file);
}

/** Sorted keys: the same outputs give the same file, whatever order Terraform lists them in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

export const outputsOf = ({ stacks }: DeploymentRecord): StackOutputs =>
  Object.fromEntries(Object.entries(stacks).map(([name, { outputs }]) => [name, outputs]));

export const withStack = (
  record: DeploymentRecord,
  name: string,
  stack: StackRecord,
): DeploymentRecord => ({ ...record, stacks: { ...record.stacks, [name]: stack } });

export function withoutStack(record: DeploymentRecord, name: string): DeploymentRecord {
  const { [name]: _gone, ...stacks } = record.stacks;
  return { ...record, stacks };
}

/** The values to record. `InputError` 'sensitive-output': the record is public and kept in version control. */
export function publicOutputs(
  stack: string,
  outputs: Readonly<Record<string, TerraformOutput>>,
): StackRecord['outputs'] {
  const secret = Object.keys(outputs).find((name) => outputs[name]?.sensitive === true);
  if (secret !== undefined) throw sensitiveOutput(stack, secret);
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

export const sensitiveOutput = (stack: string, output: string) =>
  new InputError('sensitive-output', {
    found: `The output "${output}" of ${stack} is sensitive`,
    why: 'Outputs are recorded in deployments/, which is public to everyone who reads the repository',
    remedy: 'Keep the secret in its cloud and publish its name instead',
  });
