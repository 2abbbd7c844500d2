// Machines with a GPU that are there while a task needs one: the group follows its tasks from 0 to 1 and back to 0.
import { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group/index.js';
import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter/index.js';
import { EcsCapacityProvider } from '@cdktf/provider-aws/lib/ecs-capacity-provider/index.js';
import type { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster/index.js';
import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { hardenedMachine } from '../aws/hardened-machine.ts';
import { assumedBy, policyOf } from './permissions.ts';
import { clusterName } from './pipeline-place.ts';
import type { PipelinePlace } from './pipeline-place.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly cluster: EcsCluster;
  readonly securityGroupId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** One NVIDIA L4 (G6) or A10G (G5) each; several sizes, because spot capacity of any one of them comes and goes. */
const machines = ['g6.xlarge', 'g5.xlarge', 'g6.2xlarge', 'g5.2xlarge'] as const;
const machinesMax = 1;
const diskGiB = 100;
/** Drivers, agent and image: what a task waits for before its machine counts. */
const warmupSeconds = 300;
const lifetimeDays = 7;

export class GpuGroup extends Construct {
  readonly capacity: EcsCapacityProvider;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const name = nameOf.aws(props.place.fleet, 'training');
    const group = new AutoscalingGroup(this, 'group', {
      name,
      minSize: 0,
      maxSize: machinesMax,
      vpcZoneIdentifier: [...props.place.subnetIds],
      healthCheckType: 'EC2',
      healthCheckGracePeriod: warmupSeconds,
      maxInstanceLifetime: lifetimeDays * 86_400,
      // A machine leaves when its last task has, and not before: ECS takes the protection away.
      protectFromScaleIn: true,
      capacityRebalance: false,
      mixedInstancesPolicy: {
        instancesDistribution: {
          onDemandBaseCapacity: 0,
          onDemandPercentageAboveBaseCapacity: 0,
          spotAllocationStrategy: 'price-capacity-optimized',
        },
        launchTemplate: {
          launchTemplateSpecification: {
            launchTemplateId: this.template(name, props).id,
            version: '$Latest',
          },
          override: machines.map((instanceType) => ({ instanceType })),
        },
      },
      tag: Object.entries({ ...props.tags, Name: name, AmazonECSManaged: 'true' }).map(
        ([key, value]) => ({ key, value, propagateAtLaunch: true }),
      ),
      // ECS decides how many machines there are.
      lifecycle: { ignoreChanges: ['desired_capacity'] },
      timeouts: { delete: '20m' },
      forceDelete: true,
    });
    this.capacity = new EcsCapacityProvider(this, 'capacity', {
      name,
      autoScalingGroupProvider: {
        autoScalingGroupArn: group.arn,
        managedTerminationProtection: 'ENABLED',
        managedDraining: 'ENABLED',
        managedScaling: {
          status: 'ENABLED',
          targetCapacity: 100,
          minimumScalingStepSize: 1,
          maximumScalingStepSize: machinesMax,
          instanceWarmupPeriod: warmupSeconds,
        },
      },
    });
  }

  private template(name: string, { place, cluster, securityGroupId, tags }: Props): LaunchTemplate {
    // AWS's image with the drivers of the GPU and the agent of ECS, always the newest patched one.
    const image = new DataAwsSsmParameter(this, 'image', {
      name: '/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id',
    });
    return new LaunchTemplate(this, 'template', {
      // Its disk lives as long as one task.
      ...hardenedMachine({ name, diskGiB, diskKeyArn: null, tags }),
      imageId: image.insecureValue,
      instanceType: machines[0],
      iamInstanceProfile: { arn: this.profile(place, cluster) },
      vpcSecurityGroupIds: [securityGroupId],
      userData: Buffer.from(joinCluster(clusterName(place))).toString('base64'),
    });
  }

  private profile(place: PipelinePlace, cluster: EcsCluster): string {
    const { fleet, region, accountId } = place;
    const name = nameOf.role(fleet, 'training', 'machine');
    const role = new IamRole(this, 'role', {
      name,
      assumeRolePolicy: assumedBy('ec2.amazonaws.com'),
    });
    const inCluster = { ArnEquals: { 'ecs:cluster': cluster.arn } };
    new IamRolePolicy(this, 'rights', {
      role: role.id,
      policy: policyOf([
        {
          Sid: 'JoinTheCluster',
          Effect: 'Allow',
          Action: ['ecs:RegisterContainerInstance', 'ecs:DeregisterContainerInstance'],
          Resource: cluster.arn,
        },
        {
          Sid: 'BeTold',
          Effect: 'Allow',
          Action: ['ecs:Poll', 'ecs:StartTelemetrySession', 'ecs:UpdateContainerInstancesState'],
          Resource: `arn:aws:ecs:${region.location}:${accountId}:container-instance/${cluster.name}/*`,
          Condition: inCluster,
        },
        {
          Sid: 'SayWhatTasksDo',
          Effect: 'Allow',
          Action: ['ecs:SubmitTaskStateChange', 'ecs:SubmitContainerStateChange'],
          Resource: cluster.arn,
        },
        {
          // Where to ask is the same for every cluster: AWS knows no resource for it.
          Sid: 'FindTheService',
          Effect: 'Allow',
          Action: 'ecs:DiscoverPollEndpoint',
          Resource: '*',
        },
      ]),
    });
    return new IamInstanceProfile(this, 'profile', { name, role: role.name }).arn;
  }
}

/** Tasks have roles of their own: that of their machine is out of their reach. */
const joinCluster = (cluster: string) =>
  `#!/bin/sh
cat >/etc/ecs/ecs.config <<'END'
ECS_CLUSTER=${cluster}
ECS_ENABLE_GPU_SUPPORT=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
ECS_AWSVPC_BLOCK_IMDS=true
ECS_DISABLE_PRIVILEGED=true
ECS_CONTAINER_STOP_TIMEOUT=90s
END
`;
