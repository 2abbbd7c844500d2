// Refuses an environment that breaks a rule without a written reason, before anything of it can be applied.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import type { FleetStack } from '../fleet-stack.ts';
import { exceptions } from './exceptions.ts';
import type { Exception } from './exceptions.ts';
import { factsOf } from './facts-of.ts';
import { violationsOf } from './rule.ts';
import type { Violation } from './rule.ts';
import { rules } from './rules.ts';
import type { Body, StackFacts } from './stack-facts.ts';

export interface Judgement {
  /** Without an exception that excuses it. */
  readonly violations: readonly Violation[];
  readonly excused: readonly { readonly violation: Violation; readonly exception: Exception }[];
  /** Exceptions for what is there, but no longer breaks the rule. */
  readonly stale: readonly Exception[];
}

/**
 * Judges all stacks of an environment by the files that were just written to `outdir`, which are what will be applied.
 * `InputError` 'policy' with every violation.
 */
export function refuseUnsafe(stacks: readonly FleetStack[], outdir: string): void {
  const environment = stacks.map((stack) => factsOf(stack, writtenJson(outdir, stack.id)));
  const { violations, stale } = judge(environment, exceptions);
  if (violations.length + stale.length === 0) return;
  const lines = [...violations.map(violationLine), ...stale.map(staleLine)];
  throw new InputError('policy', {
    found: `${violations.length} violations of the rules for what is built, ${stale.length} exceptions without a use:${lines.map((line) => `\n  - ${line}`).join('')}\n`,
    why: 'Each of these would be found by an attacker, an auditor or an accident after it was applied',
    remedy:
      'Mend each resource, or write an exception with its reason into stacks/policy/exceptions.ts',
  });
}

const writtenJson = (outdir: string, stack: string): Body =>
  JSON.parse(readFileSync(join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8')) as Body;

export function judge(
  environment: readonly StackFacts[],
  allowed: readonly Exception[],
): Judgement {
  const all = environment.flatMap(({ resources }) => resources);
  const found = environment.flatMap((facts) => violationsOf(rules, { ...facts, environment: all }));
  const paired = found.map((violation) => ({
    violation,
    exception: allowed.find((exception) => excuses(exception, violation)),
  }));
  return {
    violations: paired.flatMap(({ violation, exception }) => (exception ? [] : [violation])),
    excused: paired.flatMap(({ violation, exception }) =>
      exception ? [{ violation, exception }] : [],
    ),
    stale: allowed.filter(
      (exception) =>
        hasSubject(exception, environment) && !found.some((one) => excuses(exception, one)),
    ),
  };
}

const excuses = (exception: Exception, { rule, resource }: Violation) =>
  exception.rule === rule.id && exception.paths.test(resource.path);

/**
 * A fleet without, say, a Google region has nothing that such an exception could be about; nor has one that may lose its data
 * anything to except from the rule that it may not.
 */
const hasSubject = ({ rule, paths }: Exception, environment: readonly StackFacts[]) =>
  environment.some(
    ({ resources, protectsData }) =>
      (protectsData || rule !== protectedDataRule) &&
      resources.some(({ path }) => paths.test(path)),
  );

const protectedDataRule = 'protected-data';

const violationLine = ({ rule, resource, found }: Violation) =>
  `${resource.path} (${resource.type}) ${found} [${rule.id}]. ${rule.why}. ${rule.remedy}.`;

const staleLine = ({ rule, paths }: Exception) =>
  `the exception from ${rule} for ${paths.source} excuses nothing any more: remove it.`;
