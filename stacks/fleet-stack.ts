// What every stack shares: its state's place, what it publishes to other stacks, and what it receives from them.
import {
  S3Backend,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
  Token,
} from 'cdktf';
import type { App, VariableType } from 'cdktf';
import type { Cloud, Fleet } from '../fleet/fleet.ts';
import type { Handoff } from '../fleet/fleet-manifest.ts';
import { nameOf } from './names.ts';

export interface StackOptions {
  /** Whose credentials applying it needs besides those of the state. */
  readonly cloud: Cloud;
  /** Holds what nobody can make again: never destroyed where the environment protects its data. */
  readonly holdsData?: boolean;
}

interface ParameterOptions {
  readonly description: string;
  readonly type: VariableType;
  readonly default?: unknown;
  /** A condition in Terraform's language on `var.<name>`, and the sentence shown where it does not hold. */
  readonly validation?: { readonly condition: string; readonly errorMessage: string };
}

/**
 * One failure domain, one state, one set of credentials. Values cross between stacks as outputs and variables only, never by
 * reading another stack's state: a stack must apply while the cloud of another one is down.
 */
export abstract class FleetStack extends TerraformStack {
  readonly fleet: Fleet;
  readonly id: string;
  readonly cloud: Cloud;
  readonly holdsData: boolean;
  readonly handoffs: Handoff[] = [];
  readonly parameters: string[] = [];

  constructor(app: App, id: string, fleet: Fleet, { cloud, holdsData = false }: StackOptions) {
    super(app, id);
    this.id = id;
    this.fleet = fleet;
    this.cloud = cloud;
    this.holdsData = holdsData;
    new S3Backend(this, {
      bucket: stateBucketName(fleet),
      key: `${id}.tfstate`,
      region: fleet.estate.stateLocations[0],
      encrypt: true,
    });
    // Terraform >= 1.10 locks with an object beside the state; cdktf 0.21 has no property for it.
    this.addOverride('terraform.backend.s3.use_lockfile', true);
  }

  /** An output named exactly so, for other stacks, the controller or people. */
  publish(name: string, value: unknown, description: string): void {
    new TerraformOutput(this, `output-${name}`, { value, description }).overrideLogicalId(name);
  }

  /** The text output of another stack, as a variable of this one: a Terraform reference to use like a string. */
  receive(from: string, output: string, description: string): string {
    return this.receiveAs(from, output, { type: 'string', description }).stringValue;
  }

  /** The `count` first elements of a list output of another stack. */
  receiveList(from: string, output: string, count: number, description: string): readonly string[] {
    const list = this.receiveAs(from, output, { type: 'list(string)', description });
    return Array.from({ length: count }, (_, i) => Token.asString(`\${${list.fqn}[${i}]}`));
  }

  /** One member of a map output of another stack: a name without quotes, so that it may stand in any text. */
  receiveMember(from: string, output: string, member: string, description: string): string {
    const map = this.receiveAs(from, output, { type: 'map(string)', description });
    const local = new TerraformLocal(
      this,
      `member-${output}-${member}`,
      `\${${map.fqn}["${member}"]}`,
    );
    return local.asString;
  }

  /** What only the deployer knows, such as the release to run. */
  parameter(name: string, options: ParameterOptions): TerraformVariable {
    const { validation, ...config } = options;
    this.parameters.push(name);
    return this.variable(name, {
      ...config,
      // In JSON a bare text stays a text: an expression stands within ${}.
      ...(validation === undefined
        ? {}
        : { validation: [{ ...validation, condition: `\${${validation.condition}}` }] }),
    });
  }

  /**
   * A value of a stack that is applied after this one, so that two may know each other: `options.default` stands until
   * the deploy script has seen that stack's outputs and applies this one again.
   */
  receiveLate(
    from: string,
    output: string,
    options: ParameterOptions & { readonly default: unknown },
  ): TerraformVariable {
    return this.receiveAs(from, output, options, true);
  }

  private receiveAs(
    from: string,
    output: string,
    options: ParameterOptions,
    isLate = false,
  ): TerraformVariable {
    const name = `${from}_${output}`.replaceAll('-', '_');
    const known = this.node.tryFindChild(`variable-${name}`);
    if (known !== undefined) return known as TerraformVariable;
    this.handoffs.push({ variable: name, from, output, isLate });
    return this.variable(name, options);
  }

  private variable(name: string, options: object): TerraformVariable {
    const variable = new TerraformVariable(this, `variable-${name}`, {
      nullable: false,
      ...options,
    });
    variable.overrideLogicalId(name);
    return variable;
  }
}

/** Bucket names are the world's, so the zone, which is the owner's alone, stands in them. */
export const stateBucketName = (fleet: Fleet): string => nameOf.worldBucket(fleet, 'state');
