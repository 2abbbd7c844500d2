// What the deployer asks for, read from the command line: a verb, an environment, and how much of it.
import { parseArgs } from 'node:util';
import { InputError } from '../fleet/errors.ts';
import { environmentNames } from '../fleet/fleet.ts';
import type { Cloud, EnvironmentName } from '../fleet/fleet.ts';

const verbs = ['plan', 'deploy', 'destroy'] as const;
type Verb = (typeof verbs)[number];

export interface DeployRequest {
  readonly verb: Verb;
  readonly environment: EnvironmentName;
  /** Names of stacks; empty means all. */
  readonly stacks: readonly string[];
  /** Whose stacks; those of other clouds are left as they are. */
  readonly clouds: readonly Cloud[];
  /** The manifest that packaging wrote; null keeps the release that runs. */
  readonly releaseFile: string | null;
  /** Parameters that no recorded output can fill, by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly isAgreed: boolean;
  /** How many resources Terraform works on at once. */
  readonly parallelism: number;
}

const clouds: readonly Cloud[] = ['aws', 'gcp', 'azure'];
const deployable = environmentNames.filter((name) => name !== 'local');
const parallelismDefault = 10;
const parallelismMax = 100;

const usage = `usage: npm run plan|deploy|destroy -- --env ${deployable.join('|')} [options]
  --stack NAME...        only these stacks, from the recorded outputs of the others
  --clouds aws,gcp,azure only the stacks of these clouds
  --release FILE         the release to run, as \`npm run package\` wrote it (dist/release/release.json)
  --var NAME=VALUE       a parameter that only you know; TF_VAR_NAME in the environment does the same
  --parallelism N        resources worked on at once (1..${parallelismMax}, default ${parallelismDefault})
  --yes                  apply without asking`;

/** `InputError` 'wrong-arguments' | 'unknown-environment'. */
export function deployRequest(args: readonly string[]): DeployRequest {
  const { values, positionals } = parsed(args);
  const [verb, ...furtherStacks] = positionals;
  const stacks = values.stack ?? [];
  if (furtherStacks.length > 0 && stacks.length === 0)
    throw wrong(`"${furtherStacks.join(' ')}" stands alone`, 'One verb is carried out at a time');
  return {
    verb: verbOf(verb),
    environment: environmentOf(values.env),
    stacks: [...stacks, ...furtherStacks],
    clouds: values.clouds === undefined ? clouds : values.clouds.split(',').map(cloudOf),
    releaseFile: values.release ?? null,
    variables: Object.fromEntries((values.var ?? []).map(variableOf)),
    isAgreed: values.yes ?? false,
    parallelism: parallelismOf(values.parallelism),
  };
}

const wrong = (found: string, why: string, cause?: unknown) =>
  new InputError('wrong-arguments', { found, why, remedy: usage }, { cause });

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        env: { type: 'string' },
        stack: { type: 'string', multiple: true },
        clouds: { type: 'string' },
        release: { type: 'string' },
        var: { type: 'string', multiple: true },
        parallelism: { type: 'string' },
        yes: { type: 'boolean' },
      },
    });
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw wrong(found.replace(/\.$/, ''), 'Nothing is done on a guess', cause);
  }
}

function verbOf(text: string | undefined): Verb {
  const verb = verbs.find((known) => known === text);
  if (verb !== undefined) return verb;
  throw wrong(
    text === undefined ? 'No verb is given' : `"${text}" is none of ${verbs.join(', ')}`,
    'Planning changes nothing, deploying builds, destroying takes away',
  );
}

function environmentOf(name: string | undefined): EnvironmentName {
  const environment = deployable.find((known) => known === name);
  if (environment !== undefined) return environment;
  throw new InputError('unknown-environment', {
    found:
      name === undefined
        ? 'No environment is named'
        : `There is no environment "${name}" to deploy`,
    why: 'Each environment is a fleet of its own with its own state',
    remedy: `Pass --env with one of: ${deployable.join(', ')}`,
  });
}

function cloudOf(text: string): Cloud {
  const cloud = clouds.find((known) => known === text);
  if (cloud !== undefined) return cloud;
  throw wrong(`--clouds names "${text}"`, `The fleet's clouds are ${clouds.join(', ')}`);
}

function variableOf(text: string): [string, string] {
  const [, name, value] = /^([a-z][a-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  // Only the name is repeated: what stands behind the sign may be a secret.
  throw wrong(`--var "${text.split('=')[0] ?? ''}" is no NAME=VALUE`, 'It sets one parameter');
}

function parallelismOf(text: string | undefined): number {
  if (text === undefined) return parallelismDefault;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= parallelismMax) return number;
  throw wrong(`--parallelism is "${text}"`, 'Clouds throttle those who ask for too much at once');
}
