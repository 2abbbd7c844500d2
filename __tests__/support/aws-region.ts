// One AWS region as Terraform JSON, and the policies in it as statements.
import { expect } from '@jest/globals';
import type { Fleet } from '../../fleet/fleet.ts';
import { AwsRegionStack } from '../../stacks/aws-region.ts';
import { paris } from './fleets.ts';
import { resourcesOf, synthesizedStack } from './synthesized.ts';
import type { TerraformJson } from './synthesized.ts';

type Block = Readonly<Record<string, unknown>>;

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const builtOnAws = (fleet: Fleet, id: string = paris): TerraformJson => {
  const region = fleet.regions.find((one) => one.id === id)!;
  return synthesizedStack((app) => new AwsRegionStack(app, fleet, region));
};

export const only = (json: TerraformJson, type: string): Block => {
  const resources = resourcesOf(json, type);
  expect(resources).toHaveLength(1);
  return resources[0]!;
};

export const statementsOf = (policy: unknown): readonly Statement[] =>
  (JSON.parse(String(policy)) as { readonly Statement: readonly Statement[] }).Statement;
