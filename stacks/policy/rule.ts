// What a rule is: what it asks of each type of resource, and the words for whoever has broken it.
import type { Resource, StackFacts } from './stack-facts.ts';

/** What is wrong with a resource, each as the rest of a sentence that begins with its path; nothing where all is well. */
export type Judge = (resource: Resource, facts: StackFacts) => readonly string[];

export interface Rule<Id extends string = string> {
  readonly id: Id;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  /** By Terraform's type; `*` judges every managed resource. */
  readonly judges: Readonly<Record<string, Judge>>;
}

export interface Violation {
  readonly rule: Rule;
  readonly resource: Resource;
  readonly found: string;
}

/** Keeps the id as a type of its own, so that an exception can only name a rule there is. */
export const rule = <Id extends string>(parts: Rule<Id>): Rule<Id> => parts;

export function violationsOf(rules: readonly Rule[], facts: StackFacts): readonly Violation[] {
  return rules.flatMap((one) =>
    facts.resources.flatMap((resource) => {
      const judges = [
        judgeOf(one, resource),
        resource.kind === 'resource' ? one.judges['*'] : undefined,
      ];
      return judges.flatMap((judge) =>
        (judge?.(resource, facts) ?? []).map((found) => ({ rule: one, resource, found })),
      );
    }),
  );
}

const judgeOf = ({ judges }: Rule, { kind, type }: Resource): Judge | undefined =>
  judges[kind === 'data' ? `data.${type}` : type];

/** A judge with one thing to say. */
export const unless =
  (found: string, isFine: (resource: Resource, facts: StackFacts) => boolean): Judge =>
  (resource, facts) =>
    isFine(resource, facts) ? [] : [found];

export const all =
  (...judges: readonly Judge[]): Judge =>
  (resource, facts) =>
    judges.flatMap((judge) => judge(resource, facts));

/** The same judge for several types. */
export const forTypes = (types: readonly string[], judge: Judge): Readonly<Record<string, Judge>> =>
  Object.fromEntries(types.map((type) => [type, judge]));
