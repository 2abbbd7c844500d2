// One stack, or the whole fleet, as the JSON that Terraform will read.
import { Testing } from 'cdktf';
import type { App } from 'cdktf';
import type { FleetStack } from '../../stacks/fleet-stack.ts';

type Block = Readonly<Record<string, unknown>>;

export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly locals?: Block;
  readonly output?: Readonly<Record<string, Block>>;
  readonly variable?: Readonly<Record<string, Block>>;
  readonly provider?: Readonly<Record<string, readonly Block[]>>;
  readonly terraform?: Block;
}

/** Nothing is written there; without a folder cdktf would make a new one each time and leave it behind. */
export const testingApp = (): App => Testing.app({ outdir: 'cdktf.out' });

export function synthesizedStack(make: (app: App) => FleetStack): TerraformJson {
  return JSON.parse(Testing.synth(make(testingApp()))) as TerraformJson;
}

/** All resources of one type, e.g. `resourcesOf(json, 'aws_subnet')`. */
export const resourcesOf = (json: TerraformJson, type: string): readonly Block[] =>
  Object.values(json.resource?.[type] ?? {});
