// The machines that read radiographs on AWS: spread over the zones, replaced when they fail, renewed by refresh, scaled by load.
import { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group/index.js';
import { AutoscalingLifecycleHook } from '@cdktf/provider-aws/lib/autoscaling-lifecycle-hook/index.js';
import { AutoscalingPolicy } from '@cdktf/provider-aws/lib/autoscaling-policy/index.js';
import { Construct } from 'constructs';
import type { Region } from '../../../fleet/fleet.ts';
import { startSecondsMax } from '../service-profile.ts';
import { launchHook } from './launch-report.ts';
import type { MachineTemplate } from './machine-template.ts';
import type { RegionBalancer } from './region-balancer.ts';
import type { RegionNetwork } from './region-network.ts';
import type { ScalingRole } from './scaling-role.ts';

interface Props {
  readonly name: string;
  readonly region: Region;
  readonly network: RegionNetwork;
  readonly scalingRole: ScalingRole;
  readonly balancer: RegionBalancer;
  readonly template: MachineTemplate;
  readonly tags: Readonly<Record<string, string>>;
}

/** Waited for before a machine is taken away. */
export const drainHook = 'drain';

const transition = 'autoscaling:EC2_INSTANCE_';
/** Each machine says earlier how it went. */
const hooks = [
  {
    name: launchHook,
    lifecycleTransition: `${transition}LAUNCHING`,
    heartbeatTimeout: startSecondsMax + 60,
    // One that never said it was ready is replaced, and a refresh with such machines rolled back.
    defaultResult: 'ABANDON',
  },
  {
    name: drainHook,
    lifecycleTransition: `${transition}TERMINATING`,
    // Three times what a drain may take.
    heartbeatTimeout: 120,
    // One that says nothing is gone anyway.
    defaultResult: 'CONTINUE',
  },
] as const;

const lifetimeDays = 30;
/** Low enough that losing one zone of three leaves the others at 90 %. */
const cpuPercentTarget = 60;
/**
 * Open connections a machine. A network balancer does not count requests, but the service closes a connection that is idle for
 * some seconds, so what is open is being sent, read or answered; 24 is 60 % of the uploads that a machine takes at once
 * (UPLOADS_MAX). New connections would count the probes of every checker and controller, which are most of them at night.
 */
const openConnectionsTarget = 24;

export class InferenceGroup extends Construct {
  readonly group: AutoscalingGroup;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.group = this.machines(props);
    // Here they can be changed; those that the group is born with are for its first machines.
    for (const hook of hooks)
      new AutoscalingLifecycleHook(this, hook.name, {
        ...hook,
        autoscalingGroupName: this.group.name,
      });
    this.scaleByCpu();
    this.scaleByConnections(props.balancer);
  }

  private machines(props: Props): AutoscalingGroup {
    const { region, template, network, balancer, scalingRole } = props;
    const { template: launch } = template;
    return new AutoscalingGroup(this, 'group', {
      name: props.name,
      minSize: region.instances.min,
      maxSize: region.instances.max,
      // Where the balancer has an address: machines in another zone would not be sent anybody.
      vpcZoneIdentifier: network.privateSubnets
        .slice(0, region.addressCount)
        .map((subnet) => subnet.id),
      serviceLinkedRoleArn: scalingRole.arn,
      initialLifecycleHook: [...hooks],
      // The first release can be published only when its bucket stands, which this very apply makes; machines come up then.
      waitForCapacityTimeout: '0',
      targetGroupArns: [balancer.targets.arn],
      healthCheckType: 'ELB',
      healthCheckGracePeriod: startSecondsMax,
      defaultInstanceWarmup: startSecondsMax,
      maxInstanceLifetime: lifetimeDays * 24 * 3_600,
      launchTemplate: { id: launch.id, version: String(launch.latestVersion) },
      enabledMetrics: ['GroupInServiceInstances', 'GroupDesiredCapacity', 'GroupTotalInstances'],
      // New machines are ready before old ones are drained, here and when a zone is rebalanced.
      instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 150 },
      instanceRefresh: {
        strategy: 'Rolling',
        preferences: {
          minHealthyPercentage: 100,
          maxHealthyPercentage: 150,
          autoRollback: true,
          scaleInProtectedInstances: 'Refresh',
          standbyInstances: 'Terminate',
        },
      },
      // Stopped machines that have been ready once, for as many as there may be: another region's users come within a minute, and
      // what a stopped machine costs is its disk.
      warmPool: {
        poolState: 'Stopped',
        minSize: 1,
        maxGroupPreparedCapacity: region.instances.max,
      },
      tag: Object.entries({ ...props.tags, Name: props.name }).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
      // What the scaling decides, Terraform must not undo.
      lifecycle: { ignoreChanges: ['desired_capacity'] },
      timeouts: { delete: '20m' },
    });
  }

  private scaleByCpu(): void {
    new AutoscalingPolicy(this, 'by-cpu', {
      name: 'cpu',
      autoscalingGroupName: this.group.name,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        targetValue: cpuPercentTarget,
        predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
      },
    });
  }

  private scaleByConnections({ balancer }: RegionBalancer): void {
    new AutoscalingPolicy(this, 'by-connections', {
      name: 'connections',
      autoscalingGroupName: this.group.name,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        targetValue: openConnectionsTarget,
        customizedMetricSpecification: {
          metrics: [
            {
              id: 'connections',
              returnData: false,
              metricStat: {
                stat: 'Average',
                metric: {
                  namespace: 'AWS/NetworkELB',
                  metricName: 'ActiveFlowCount_TLS',
                  dimensions: [{ name: 'LoadBalancer', value: balancer.arnSuffix }],
                },
              },
            },
            {
              id: 'machines',
              returnData: false,
              metricStat: {
                stat: 'Average',
                metric: {
                  namespace: 'AWS/AutoScaling',
                  metricName: 'GroupInServiceInstances',
                  dimensions: [{ name: 'AutoScalingGroupName', value: this.group.name }],
                },
              },
            },
            {
              id: 'each',
              expression: 'connections / machines',
              label: 'open connections per machine',
            },
          ],
        },
      },
    });
  }
}
