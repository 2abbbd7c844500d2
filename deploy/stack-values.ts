// What a stack's variables are set to: values of other stacks as recorded, the release, and what the controller is told.
import { InputError } from '../fleet/errors.ts';
import { resolvedDeployment } from '../fleet/failover-plan.ts';
import type { FailoverPlan, StackOutputs } from '../fleet/failover-plan.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { FleetManifest, Handoff, StackEntry } from '../fleet/fleet-manifest.ts';
import { releaseParameters } from './release-choice.ts';
import type { ReleaseChoice } from './release-choice.ts';

/** The stack whose bucket holds the state of every other one. */
export const stateStack = 'state';
const stateBucketOutput = 'state_bucket';

/** The parameter that a vantage takes its deployment file from. */
const failoverParameter = 'failover';

/** The variables of a stack as Terraform's JSON declares them. */
export type DeclaredVariables = Readonly<
  Record<string, { readonly type?: string; readonly default?: unknown }>
>;

export interface KnownValues {
  readonly fleet: Fleet;
  readonly plan: FailoverPlan;
  readonly outputs: StackOutputs;
  readonly choice: ReleaseChoice;
  /** Names of the parameters that the deployer sets: by --var, or as TF_VAR_ in the environment. */
  readonly given: ReadonlySet<string>;
}

/** Values by variable, for `handoff.auto.tfvars.json`. `InputError` 'missing-handoff' | 'not-applied-yet' | 'missing-parameter' | 'wrong-deployment'. */
export function stackValues(
  entry: StackEntry,
  declared: DeclaredVariables,
  known: KnownValues,
): Readonly<Record<string, unknown>> {
  const { outputs, fleet } = known;
  const values: Record<string, unknown> = {};
  for (const handoff of entry.handoffs) {
    const value = outputs[handoff.from]?.[handoff.output];
    if (value !== undefined) values[handoff.variable] = value;
    else if (!handoff.isLate) throw missingHandoff(fleet.environment, entry, handoff);
  }
  requireParameters(entry, declared, known);
  const release = releaseParameters(known.choice);
  for (const name of entry.parameters.filter((parameter) => !known.given.has(parameter))) {
    if (name === failoverParameter) values[name] = failoverValue(declared[name]?.type, known);
    else if (release[name] !== undefined) values[name] = release[name];
  }
  return values;
}

/** `InputError` 'missing-parameter': what no output will ever fill can be asked for before anything is built. */
export function requireParameters(
  entry: StackEntry,
  declared: DeclaredVariables,
  { choice, given }: Pick<KnownValues, 'choice' | 'given'>,
): void {
  const release = releaseParameters(choice);
  const missing = entry.parameters.find(
    (name) =>
      name !== failoverParameter &&
      !given.has(name) &&
      release[name] === undefined &&
      declared[name]?.default === undefined,
  );
  if (missing !== undefined) throw missingParameter(entry, missing);
}

function failoverValue(type: string | undefined, { fleet, plan, outputs }: KnownValues): unknown {
  const deployment = resolvedDeployment(fleet, plan, outputs);
  return type === 'string' ? JSON.stringify(deployment) : deployment;
}

function missingHandoff(
  environment: string,
  { name }: StackEntry,
  { from, output }: Pick<Handoff, 'from' | 'output'>,
): InputError {
  return new InputError('missing-handoff', {
    found: `${name} needs the output "${output}" of ${from}, which is not recorded`,
    why: 'A stack is built from what the stacks before it have really become',
    remedy: `Apply ${from} first: npm run deploy -- --env ${environment} --stack ${from}`,
  });
}

function missingParameter({ name }: StackEntry, parameter: string): InputError {
  const isRelease = /^(release|previous)_/.test(parameter);
  return new InputError('missing-parameter', {
    found: `${name} needs "${parameter}"`,
    why: isRelease
      ? 'Its machines run a release, and none was deployed to this environment yet'
      : 'Only the deployer knows it',
    remedy: isRelease
      ? 'Run `npm run package`, then pass --release dist/release/release.json'
      : `Pass --var ${parameter}=VALUE or set TF_VAR_${parameter}; or name the other stacks with --stack and apply this one later`,
  });
}

/** `InputError` 'missing-handoff' when nothing can keep the state of this stack yet. */
export function requireState(
  entry: StackEntry,
  { stacks, environment }: FleetManifest,
  outputs: StackOutputs,
): void {
  if (entry.name === stateStack || stacks.every(({ name }) => name !== stateStack)) return;
  if (outputs[stateStack]?.[stateBucketOutput] !== undefined) return;
  throw missingHandoff(environment, entry, { from: stateStack, output: stateBucketOutput });
}

/** Every stack that reads an output of another one, that one's own controllers included. */
export function usersOf(
  name: string,
  stacks: readonly StackEntry[],
  plan: FailoverPlan,
): readonly StackEntry[] {
  const told = [
    plan.hostedZoneId,
    plan.nameServers,
    plan.healthCheckIds,
    ...Object.values(plan.addresses),
  ].some(({ stack }) => stack === name);
  return stacks.filter(
    (entry) =>
      entry.name !== name &&
      (name === stateStack ||
        entry.handoffs.some(({ from, isLate }) => from === name && !isLate) ||
        (told && entry.parameters.includes(failoverParameter))),
  );
}

/** `InputError` 'unknown-parameter': a misspelt name would otherwise be ignored in silence. */
export function requireKnownParameters(
  names: readonly string[],
  stacks: readonly StackEntry[],
): void {
  const parameters = [...new Set(stacks.flatMap((entry) => entry.parameters))].sort();
  const unknown = names.find((name) => !parameters.includes(name));
  if (unknown === undefined) return;
  throw new InputError('unknown-parameter', {
    found: `No stack takes the parameter "${unknown}"`,
    why: 'Terraform would ignore it without a word',
    remedy: `Use one of: ${parameters.join(', ') || '(none is taken)'}`,
  });
}
