// The front as Lambda loads it: real adapters, made from the settings of the stack, without any call leaving the machine.
import { expect, test } from '@jest/globals';
import { handler } from '../../../services/pipelines/front.ts';
import { bodyOf, call } from '../../support/front-ports.ts';

const env = {
  AWS_REGION: 'eu-west-3',
  JOBS_TABLE: 'ek-prod-jobs',
  CLUSTER: 'ek-prod-pipelines',
  TASK_SUBNETS: 'subnet-0a1',
  TASK_SECURITY_GROUP: 'sg-0c3',
  BATCH_TASK: 'arn:aws:ecs:eu-west-3:123456789012:task-definition/ek-prod-batch:1',
  TRAINING_TASK: 'arn:aws:ecs:eu-west-3:123456789012:task-definition/ek-prod-training:1',
  TRAINING_CAPACITY: 'ek-prod-training',
  UPLOADS_BUCKET: 'evenkeel-example-aws-paris-uploads',
  STRUCTURED_URL: 'https://structured.pipelines.evenkeel.example',
  TOKENS_URL: 'https://x.auth.eu-west-3.amazoncognito.com/oauth2/token',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

test('signs upload addresses with the credentials of its role', async () => {
  Object.assign(process.env, env);
  const reply = await handler(
    call('POST /v1/uploads', {
      headers: { 'content-type': 'application/json' },
      body: '{"ids":["film.png"]}',
    }),
  );
  expect(reply.statusCode).toBe(200);
  const [{ url }] = bodyOf(reply).uploads;
  expect(new URL(url).searchParams.get('X-Amz-Credential')).toMatch(
    /^AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-west-3\/s3\/aws4_request$/,
  );
});
