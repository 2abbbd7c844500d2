// Starts workers as tasks of ECS: on Fargate for batches, on the group of GPU machines for training.
import { ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import type { ECSClient, RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { TransientError } from '../../fleet/errors.ts';
import type { JobQueue } from '../adapters/job-store.ts';
import type { TaskStarter } from './task-starter.ts';

export interface EcsTasks {
  readonly cluster: string;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
  /** ARNs of task definitions, with their revision. */
  readonly definitions: Readonly<Record<JobQueue, string>>;
  /** The capacity provider whose machines have a GPU. */
  readonly trainingCapacity: string;
}

/** Each works off its queue until it is empty, so more would share the same work, and one GPU machine is all there is. */
const tasksMax: Readonly<Record<JobQueue, number>> = { 'image-batch': 4, 'active-learning': 1 };

export const ecsTaskStarter = (client: ECSClient, tasks: EcsTasks): TaskStarter => ({
  async start(queue, token) {
    if ((await liveTasks(client, tasks, queue)) >= tasksMax[queue]) return;
    const { failures = [], tasks: started = [] } = await client.send(
      new RunTaskCommand(runTask(tasks, queue, token)),
    );
    if (started.length === 0) throw notStarted(failures.map(({ reason }) => reason ?? 'unknown'));
  },
});

/** One that is about to end has seen an empty queue: then the job waits for the next hour's sweep. */
async function liveTasks(
  client: ECSClient,
  { cluster, definitions }: EcsTasks,
  queue: JobQueue,
): Promise<number> {
  const { taskArns = [] } = await client.send(
    new ListTasksCommand({
      cluster,
      family: familyOf(definitions[queue]),
      desiredStatus: 'RUNNING',
    }),
  );
  return taskArns.length;
}

/** `arn:...:task-definition/<family>:<revision>` */
const familyOf = (arn: string) => arn.split('/').at(-1)?.split(':')[0] ?? '';

const runTask = (tasks: EcsTasks, queue: JobQueue, token: string): RunTaskCommandInput => ({
  cluster: tasks.cluster,
  taskDefinition: tasks.definitions[queue],
  count: 1,
  // For a day ECS answers the same token with the same task.
  clientToken: token,
  startedBy: queue,
  enableECSManagedTags: true,
  propagateTags: 'TASK_DEFINITION',
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: [...tasks.subnets],
      securityGroups: [tasks.securityGroup],
      // Tasks on machines of ours take no such option; where it counts, on Fargate, none is the default only in private subnets.
      ...(queue === 'image-batch' ? { assignPublicIp: 'DISABLED' as const } : {}),
    },
  },
  ...(queue === 'image-batch'
    ? { launchType: 'FARGATE' }
    : {
        capacityProviderStrategy: [
          { capacityProvider: tasks.trainingCapacity, base: 0, weight: 1 },
        ],
      }),
});

const notStarted = (reasons: readonly string[]) =>
  new TransientError('not-started', {
    found: `The work is stored, but no worker could be started (${reasons.join(', ')})`,
    why: 'The cloud has no room at this moment',
    remedy:
      'Send the request again with the same Idempotency-Key, or wait: what is left over is begun within working hours',
  });
