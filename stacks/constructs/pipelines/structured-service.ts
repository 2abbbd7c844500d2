// Structured data, always on: the service's own program on Fargate, behind its balancer, as many tasks as are asked for.
import { AppautoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy/index.js';
import { AppautoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target/index.js';
import type { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster/index.js';
import { EcsService } from '@cdktf/provider-aws/lib/ecs-service/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { drainSettings, servicePort, startSecondsMax } from '../service-profile.ts';
import { ContainerTask } from './container-task.ts';
import type { PipelinePlace } from './pipeline-place.ts';
import { drainWaitSeconds, idleSeconds } from './structured-balancer.ts';
import type { StructuredBalancer } from './structured-balancer.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly cluster: EcsCluster;
  readonly capacity: ITerraformDependable;
  readonly imageUri: string;
  readonly balancer: StructuredBalancer;
  readonly securityGroupId: string;
}

const tasksMax = 4;
/** One task is seen to outlive the loss of no zone; where the region's own group keeps to one machine, so does this. */
export const structuredTasks = ({ region }: Pick<PipelinePlace, 'region'>): number =>
  Math.min(2, region.instances.min);

export const structuredSize = { cpu: 512, memoryMiB: 2_048 };
/** A row takes microseconds; what this bounds is the waiting in front of it. */
const requestsPerTaskAndMinute = 600;
const cpuPercentTarget = 60;

export class StructuredService extends Construct {
  readonly service: EcsService;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { place, cluster, balancer } = props;
    const drain = drainSettings(drainWaitSeconds);
    const part = 'structured';
    const task = new ContainerTask(this, part, {
      place,
      part,
      image: 'batch',
      imageUri: props.imageUri,
      command: ['node', 'services/pipelines/structured.js'],
      environment: {
        EVENKEEL_REGION: place.region.id,
        PORT: String(servicePort),
        KEEP_ALIVE_SECONDS: String(idleSeconds + 10),
        WORKERS: '1',
        ...drain,
      },
      statements: [],
      size: structuredSize,
      on: 'fargate',
      architecture: 'ARM64',
      stopSeconds: Number(drain['DRAIN_SECONDS_MAX']) + 10,
      port: servicePort,
    });
    this.service = new EcsService(this, 'service', {
      name: part,
      cluster: cluster.id,
      taskDefinition: task.definition.arn,
      desiredCount: structuredTasks(place),
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      networkConfiguration: {
        subnets: [...place.subnetIds],
        securityGroups: [props.securityGroupId],
        assignPublicIp: false,
      },
      loadBalancer: [
        { targetGroupArn: balancer.targets.arn, containerName: part, containerPort: servicePort },
      ],
      healthCheckGracePeriodSeconds: startSecondsMax,
      // New tasks are ready before old ones are drained, and a release that does not become ready is taken back.
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      enableExecuteCommand: false,
      // What the scaling decides, Terraform must not undo.
      lifecycle: { ignoreChanges: ['desired_count'] },
      dependsOn: [balancer.listener, props.capacity],
    });
    this.scale(props, cluster.name);
  }

  private scale({ place, balancer }: Props, cluster: string): void {
    const target = new AppautoscalingTarget(this, 'scaling', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${cluster}/${this.service.name}`,
      minCapacity: structuredTasks(place),
      maxCapacity: tasksMax,
    });
    const common = {
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
    };
    new AppautoscalingPolicy(this, 'by-cpu', {
      ...common,
      name: 'cpu',
      targetTrackingScalingPolicyConfiguration: {
        targetValue: cpuPercentTarget,
        predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    });
    new AppautoscalingPolicy(this, 'by-requests', {
      ...common,
      name: 'requests',
      targetTrackingScalingPolicyConfiguration: {
        targetValue: requestsPerTaskAndMinute,
        predefinedMetricSpecification: {
          predefinedMetricType: 'ALBRequestCountPerTarget',
          resourceLabel: `${balancer.balancer.arnSuffix}/${balancer.targets.arnSuffix}`,
        },
      },
    });
  }
}
