import { expect, test } from '@jest/globals';
import type { ECSClient, RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { ecsTaskStarter } from '../../../services/pipelines/ecs-task-starter.ts';

const definition = (family: string) => `arn:aws:ecs:eu-west-3:123:task-definition/${family}:7`;
const tasks = {
  cluster: 'ek-qa-pipelines',
  subnets: ['subnet-1', 'subnet-2'],
  securityGroup: 'sg-1',
  definitions: {
    'image-batch': definition('ek-qa-batch'),
    'active-learning': definition('ek-qa-training'),
  },
  trainingCapacity: 'ek-qa-training',
};

/** Answers as ECS does, and keeps what it was asked. */
function ecs({ live = 0, isFull = false } = {}) {
  const asked: { readonly input: Partial<RunTaskCommandInput> & { family?: string } }[] = [];
  const client = {
    send: async (command: (typeof asked)[number] & object) => {
      asked.push(command);
      if (command.constructor.name === 'ListTasksCommand')
        return { taskArns: Array.from({ length: live }, (_, i) => `task-${i}`) };
      return isFull ? { tasks: [], failures: [{ reason: 'RESOURCE:GPU' }] } : { tasks: [{}] };
    },
  } as unknown as ECSClient;
  const started = () => asked.slice(1).map(({ input }) => input);
  return { starter: ecsTaskStarter(client, tasks), asked, started };
}

test('a batch runs on Fargate, in the private network, once for one token', async () => {
  const { starter, started } = ecs();
  await starter.start('image-batch', 'job-1');
  expect(started()).toEqual([
    expect.objectContaining({
      taskDefinition: definition('ek-qa-batch'),
      launchType: 'FARGATE',
      clientToken: 'job-1',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-1', 'subnet-2'],
          securityGroups: ['sg-1'],
          assignPublicIp: 'DISABLED',
        },
      },
    }),
  ]);
});

test('training runs where the GPU is', async () => {
  const { starter, asked, started } = ecs();
  await starter.start('active-learning', 'job-1');
  expect(asked[0]?.input.family).toBe('ek-qa-training');
  const [run] = started();
  expect(run).toMatchObject({ capacityProviderStrategy: [{ capacityProvider: 'ek-qa-training' }] });
  expect(run).not.toHaveProperty('launchType');
  expect(run?.networkConfiguration?.awsvpcConfiguration).not.toHaveProperty('assignPublicIp');
});

test.each([
  ['image-batch', 4],
  ['active-learning', 1],
] as const)('where enough of %s is under way, they do this work too', async (queue, live) => {
  const enough = ecs({ live });
  await enough.starter.start(queue, 'job-1');
  expect(enough.started()).toEqual([]);
  const fewer = ecs({ live: live - 1 });
  await fewer.starter.start(queue, 'job-1');
  expect(fewer.started()).toHaveLength(1);
});

test('a cloud without room is something time may mend', async () => {
  await expect(
    ecs({ isFull: true }).starter.start('active-learning', 'job-1'),
  ).rejects.toMatchObject({
    name: 'TransientError',
    code: 'not-started',
    message: expect.stringContaining('RESOURCE:GPU'),
  });
});
