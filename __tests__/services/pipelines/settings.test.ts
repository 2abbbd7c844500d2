import { expect, test } from '@jest/globals';
import { frontSettings, trainingSettings } from '../../../services/pipelines/settings.ts';

const env = {
  JOBS_TABLE: 'ek-prod-jobs',
  CLUSTER: 'ek-prod-pipelines',
  TASK_SUBNETS: 'subnet-0a1,subnet-0b2',
  TASK_SECURITY_GROUP: 'sg-0c3',
  BATCH_TASK: 'arn:aws:ecs:eu-west-3:123456789012:task-definition/ek-prod-batch:1',
  TRAINING_TASK: 'arn:aws:ecs:eu-west-3:123456789012:task-definition/ek-prod-training:1',
  TRAINING_CAPACITY: 'ek-prod-training',
  AWS_REGION: 'eu-west-3',
  UPLOADS_BUCKET: 'evenkeel-example-aws-paris-uploads',
  STRUCTURED_URL: 'https://structured.pipelines.evenkeel.example',
  TOKENS_URL: 'https://evenkeel.auth.eu-west-3.amazoncognito.com/oauth2/token',
};

test('reads what the stack sets', () => {
  expect(frontSettings(env)).toMatchObject({
    location: 'eu-west-3',
    tasks: {
      subnets: ['subnet-0a1', 'subnet-0b2'],
      definitions: { 'image-batch': env.BATCH_TASK, 'active-learning': env.TRAINING_TASK },
    },
  });
});

test.each(Object.keys(env))('without %s it says so', (name) => {
  const { [name]: _, ...rest } = env as Record<string, string>;
  expect(() => frontSettings(rest)).toThrow(`${name} is not set`);
});

test.each([
  ['TASK_SUBNETS', 'subnet-0a1, subnet-0b2'],
  ['STRUCTURED_URL', 'structured.pipelines'],
  ['UPLOADS_BUCKET', 'Not_A_Bucket'],
])('%s cannot be "%s"', (name, value) => {
  expect(() => frontSettings({ ...env, [name]: value })).toThrow(
    expect.objectContaining({ code: 'wrong-setting' }),
  );
});

test('a work folder is absolute', () => {
  const training = { JOBS_TABLE: 'jobs', MODELS_BUCKET: 'models', WORK_DIR: 'here' };
  expect(() => trainingSettings(training)).toThrow('WORK_DIR');
});
