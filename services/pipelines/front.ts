// The front as a Lambda function: adapters made once for each instance, then `handle` for each call.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoDbJobStore } from '../adapters/dynamodb-job-store.ts';
import { s3ObjectStore } from '../adapters/s3-object-store.ts';
import type { Environment } from '../settings.ts';
import { ecsTaskStarter } from './ecs-task-starter.ts';
import type { GatewayCall, GatewayReply } from './gateway.ts';
import { handle } from './handle.ts';
import type { FrontPorts } from './handle.ts';
import { openInferenceClient } from './open-inference-client.ts';
import { frontSettings } from './settings.ts';
import { tokenEndpoint } from './token-endpoint.ts';
import { uploadUrls } from './upload-urls.ts';

/** A function's reply has at most 6 MB, and findings of a thousand pictures about 300 KB. */
const resultsBytesMax = 4 * 2 ** 20;

export function frontPorts(env: Environment): FrontPorts {
  const settings = frontSettings(env);
  const s3 = new S3Client({});
  return {
    jobs: dynamoDbJobStore({
      client: new DynamoDBClient({}),
      table: settings.jobsTable,
      nowMs: Date.now,
    }),
    starter: ecsTaskStarter(new ECSClient({}), settings.tasks),
    tokens: tokenEndpoint(settings.tokensUrl, fetch),
    structured: openInferenceClient({ baseUrl: settings.structuredUrl, fetch, nowMs: Date.now }),
    results: s3ObjectStore({
      client: s3,
      bucket: settings.uploadsBucket,
      objectBytesMax: resultsBytesMax,
    }),
    uploads: uploadUrls({
      bucket: settings.uploadsBucket,
      location: settings.location,
      keys: () => s3.config.credentials(),
      nowMs: Date.now,
    }),
    log: (line) => console.log(JSON.stringify(line)),
  };
}

let ports: FrontPorts | null = null;

export const handler = (call: GatewayCall): Promise<GatewayReply> =>
  handle(call, (ports ??= frontPorts(process.env)));
