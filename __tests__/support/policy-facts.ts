// A few resources as the rules see them, and what one rule says about them.
import { violationsOf } from '../../stacks/policy/rule.ts';
import type { Rule } from '../../stacks/policy/rule.ts';
import type { Body, StackFacts, Tagging } from '../../stacks/policy/stack-facts.ts';

/** By type, one or more by name; the path of each is `stack/<name>`. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Body>>>>;

export interface Given {
  readonly protectsData?: boolean;
  readonly tagging?: Tagging;
  readonly defaultTags?: StackFacts['defaultTags'];
  /** Data sources, by type. */
  readonly data?: Resources;
}

export function factsWith(resources: Resources, given: Given = {}): StackFacts {
  const { protectsData = true, tagging = 'none', defaultTags = {}, data = {} } = given;
  const of = (kind: 'resource' | 'data', all: Resources) =>
    Object.entries(all).flatMap(([type, named]) =>
      Object.entries(named).map(([name, body]) => ({
        kind,
        type,
        name,
        path: `stack/${name}`,
        body,
        tagging,
      })),
    );
  const all = [...of('resource', resources), ...of('data', data)];
  return { stack: 'stack', protectsData, defaultTags, resources: all, environment: all };
}

/** What the rule finds, as `name: found`. */
export const findings = (rule: Rule, resources: Resources, given?: Given): readonly string[] =>
  violationsOf([rule], factsWith(resources, given)).map(
    ({ resource, found }) => `${resource.name}: ${found}`,
  );
