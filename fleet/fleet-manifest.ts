// What synthesis tells the deploy script: the stacks in the order of application, and the values carried between them.
import type { Cloud, EnvironmentName } from './fleet.ts';

/** A value of one stack that another needs as a variable; `npm run deploy` carries it over. */
export interface Handoff {
  readonly variable: string;
  readonly from: string;
  readonly output: string;
  /** Comes from a stack that is applied later: the variable has a default until then, and a second pass brings the value. */
  readonly isLate: boolean;
}

export interface StackEntry {
  readonly name: string;
  /** Whose credentials applying it needs besides those of the state. */
  readonly cloud: Cloud;
  /** Holds what nobody can make again: never destroyed where the environment protects its data. */
  readonly holdsData: boolean;
  readonly handoffs: readonly Handoff[];
  /** Variables that only the deployer knows, such as the release to run. */
  readonly parameters: readonly string[];
}

/** `fleet.json`, beside the stacks. */
export interface FleetManifest {
  readonly environment: EnvironmentName;
  readonly zone: string;
  readonly protectsData: boolean;
  readonly stacks: readonly StackEntry[];
}
