// What a function must know and may do to start the tasks of the two queues, and nothing beside.
import type { EcsCapacityProvider } from '@cdktf/provider-aws/lib/ecs-capacity-provider/index.js';
import type { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster/index.js';
import type { ContainerTask } from './container-task.ts';
import type { Statement } from './permissions.ts';
import type { PipelinePlace } from './pipeline-place.ts';

interface Parts {
  readonly cluster: EcsCluster;
  readonly batch: ContainerTask;
  readonly training: ContainerTask;
  readonly gpu: EcsCapacityProvider;
  readonly securityGroupId: string;
}

/** Read by services/pipelines/front-settings.ts. */
export const startSettings = (
  { jobsTable, subnetIds }: PipelinePlace,
  { cluster, batch, training, gpu, securityGroupId }: Parts,
): Readonly<Record<string, string>> => ({
  JOBS_TABLE: jobsTable,
  CLUSTER: cluster.name,
  TASK_SUBNETS: subnetIds.join(','),
  TASK_SECURITY_GROUP: securityGroupId,
  BATCH_TASK: batch.definition.arn,
  TRAINING_TASK: training.definition.arn,
  TRAINING_CAPACITY: gpu.name,
});

export const startTasks = (
  { region, accountId }: PipelinePlace,
  { cluster, batch, training }: Parts,
): readonly Statement[] => [
  {
    Sid: 'StartTasks',
    Effect: 'Allow',
    Action: 'ecs:RunTask',
    Resource: [batch, training].map(
      ({ family }) => `arn:aws:ecs:${region.location}:${accountId}:task-definition/${family}:*`,
    ),
    Condition: { ArnEquals: { 'ecs:cluster': cluster.arn } },
  },
  {
    Sid: 'TagThem',
    Effect: 'Allow',
    Action: 'ecs:TagResource',
    Resource: `arn:aws:ecs:${region.location}:${accountId}:task/${cluster.name}/*`,
    Condition: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
  },
  {
    Sid: 'CountThem',
    Effect: 'Allow',
    Action: 'ecs:ListTasks',
    Resource: `arn:aws:ecs:${region.location}:${accountId}:container-instance/${cluster.name}/*`,
    Condition: { ArnEquals: { 'ecs:cluster': cluster.arn } },
  },
  {
    Sid: 'GiveThemTheirRoles',
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: [batch, training].flatMap((task) => [task.role.arn, task.executionRole.arn]),
    Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  },
];
