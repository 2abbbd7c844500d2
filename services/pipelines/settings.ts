// Environment -> typed settings of the pipelines' programs, once; stacks/pipelines.ts sets the variables.
import { InputError } from '../../fleet/errors.ts';
import type { Environment } from '../settings.ts';
import type { EcsTasks } from './ecs-task-starter.ts';

const words = {
  bucket: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  table: /^[\w.-]{3,255}$/,
  name: /^[\w-]{1,255}$/,
  arn: /^arn:[^\s,]{1,255}$/,
  ids: /^[a-z]+-[0-9a-f]+(,[a-z]+-[0-9a-f]+)*$/,
  url: /^https?:\/\/[^\s/]+(\/[^\s]*)?$/,
  location: /^[a-z]{2}(-[a-z]+)+-\d$/,
  path: /^\/[\w./-]*$/,
} as const;

/** `InputError` 'wrong-setting', as all below. */
function setting(env: Environment, name: string, kind: keyof typeof words): string {
  const value = env[name] ?? '';
  if (words[kind].test(value)) return value;
  throw new InputError('wrong-setting', {
    found: value === '' ? `${name} is not set` : `${name}="${value}"`,
    why: `It must match ${words[kind].source}`,
    remedy: 'Deploy the pipelines anew, or set it as stacks/pipelines.ts does',
  });
}

export interface StartSettings {
  readonly jobsTable: string;
  readonly tasks: EcsTasks;
}

export const startSettings = (env: Environment): StartSettings => ({
  jobsTable: setting(env, 'JOBS_TABLE', 'table'),
  tasks: {
    cluster: setting(env, 'CLUSTER', 'name'),
    subnets: setting(env, 'TASK_SUBNETS', 'ids').split(','),
    securityGroup: setting(env, 'TASK_SECURITY_GROUP', 'ids'),
    definitions: {
      'image-batch': setting(env, 'BATCH_TASK', 'arn'),
      'active-learning': setting(env, 'TRAINING_TASK', 'arn'),
    },
    trainingCapacity: setting(env, 'TRAINING_CAPACITY', 'name'),
  },
});

export const frontSettings = (env: Environment) => ({
  ...startSettings(env),
  location: setting(env, 'AWS_REGION', 'location'),
  uploadsBucket: setting(env, 'UPLOADS_BUCKET', 'bucket'),
  structuredUrl: setting(env, 'STRUCTURED_URL', 'url'),
  tokensUrl: setting(env, 'TOKENS_URL', 'url'),
});

export const batchSettings = (env: Environment) => ({
  jobsTable: setting(env, 'JOBS_TABLE', 'table'),
  uploadsBucket: setting(env, 'UPLOADS_BUCKET', 'bucket'),
});

export const trainingSettings = (env: Environment) => ({
  jobsTable: setting(env, 'JOBS_TABLE', 'table'),
  modelsBucket: setting(env, 'MODELS_BUCKET', 'bucket'),
  workDir: setting(env, 'WORK_DIR', 'path'),
});
