// What reads radiographs in one AWS region: who its machines are, whom they talk to, how they are made, and the group that keeps them.
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { tagsOf } from '../../tags.ts';
import { architectureOf } from '../instance-program.ts';
import { InferenceGroup } from './inference-group.ts';
import { withLaunchReport } from './launch-report.ts';
import { MachineRole } from './machine-role.ts';
import { MachineTemplate } from './machine-template.ts';
import type { RegionBalancer } from './region-balancer.ts';
import type { RegionNetwork } from './region-network.ts';
import type { ScalingRole } from './scaling-role.ts';
import type { ServiceEndpoints } from './service-endpoints.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly accountId: string;
  readonly keyArn: string;
  readonly network: RegionNetwork;
  readonly endpoints: ServiceEndpoints;
  readonly balancer: RegionBalancer;
  readonly scalingRole: ScalingRole;
  /** Where releases are, as ARN of their objects. */
  readonly releases: string;
  /** What they run at their first boot. */
  readonly program: string;
}

export class RegionMachines extends Construct {
  readonly group: InferenceGroup;
  private readonly props: Props;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { fleet, region, network, balancer, scalingRole } = props;
    this.name = nameOf.aws(fleet, region.id);
    const tags = tagsOf(fleet, region.id);
    const template = new MachineTemplate(this, 'template', {
      name: this.name,
      machine: region.instances.machine,
      architecture: architectureOf(region.instances.machine),
      profileArn: this.role().profileArn,
      keyArn: props.keyArn,
      securityGroupIds: [this.securityGroup().id],
      userData: withLaunchReport(props.program, this.name),
      tags,
    });
    this.group = new InferenceGroup(this, 'inference', {
      name: this.name,
      region,
      network,
      scalingRole,
      balancer,
      template,
      tags,
    });
  }

  private securityGroup(): SecurityGroup {
    const { network, endpoints, balancer } = this.props;
    const machines = new SecurityGroup(this, 'security-group', {
      name: `${this.name}-machines`,
      description: 'Machines that read radiographs',
      vpcId: network.vpc.id,
    });
    endpoints.openTo(machines);
    balancer.openTo(machines);
    return machines;
  }

  private role(): MachineRole {
    const { fleet, region, accountId, keyArn, network, releases } = this.props;
    return new MachineRole(this, 'machine-role', {
      name: nameOf.role(fleet, region.id, 'machine'),
      // Nothing else: models come with the release, and the service has no way to the machine's keys.
      readableObjects: [releases],
      keyArn,
      location: region.location,
      vpcId: network.vpc.id,
      statements: [
        {
          Sid: 'SayHowALaunchOrADrainWent',
          Effect: 'Allow',
          Action: 'autoscaling:CompleteLifecycleAction',
          Resource: `arn:aws:autoscaling:${region.location}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${this.name}`,
        },
      ],
    });
  }
}
