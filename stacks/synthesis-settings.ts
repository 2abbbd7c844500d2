// Which environments to synthesize and where to: from the command line, or from the cdktf CLI when that runs main.ts.
import { parseArgs } from 'node:util';
import { InputError } from '../fleet/errors.ts';
import { environmentNames } from '../fleet/fleet.ts';
import type { EnvironmentName } from '../fleet/fleet.ts';

export interface Synthesis {
  readonly environment: EnvironmentName;
  readonly outdir: string;
}

const deployable = environmentNames.filter((name) => name !== 'local');

/** `InputError` 'unknown-environment' | 'wrong-arguments'. */
export function synthesisFrom(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly Synthesis[] {
  const name = environmentOption(args) ?? env['EVENKEEL_ENV'];
  // The CLI says where it will look, and it looks for one environment.
  const cliOutdir = env['CDKTF_OUTDIR'];
  if (name === undefined && cliOutdir === undefined)
    return deployable.map((environment) => ({ environment, outdir: outdirOf(environment) }));
  const environment = deployable.find((known) => known === name);
  if (environment === undefined)
    throw new InputError('unknown-environment', {
      found:
        name === undefined
          ? 'No environment is named'
          : `There is no environment "${name}" to deploy`,
      why: 'Each environment is a fleet of its own with its own state',
      remedy: `Set EVENKEEL_ENV, or pass --env, to one of: ${deployable.join(', ')}`,
    });
  return [{ environment, outdir: cliOutdir ?? outdirOf(environment) }];
}

const outdirOf = (environment: EnvironmentName) => `cdktf.out/${environment}`;

function environmentOption(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { env: { type: 'string' } } }).values.env;
  } catch (cause) {
    throw new InputError(
      'wrong-arguments',
      {
        found: cause instanceof Error ? cause.message : String(cause),
        why: 'Synthesis takes one option',
        remedy: `Use --env with one of: ${deployable.join(', ')}`,
      },
      { cause },
    );
  }
}
