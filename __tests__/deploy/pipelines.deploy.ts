// The pipelines' programs as processes, from the request to the finding, on the emulator of the cloud they run in.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodePng } from '../../models/imaging/encode.ts';
import { drawChest } from '../../models/phantoms/chest.ts';
import { dynamoDbJobStore } from '../../services/adapters/dynamodb-job-store.ts';
import { s3ObjectStore } from '../../services/adapters/s3-object-store.ts';
import { handle } from '../../services/pipelines/handle.ts';
import type { FrontPorts } from '../../services/pipelines/handle.ts';
import { handler as sweep } from '../../services/pipelines/sweep.ts';
import { bodyOf, call, clinic, frontPorts, jsonCall } from '../support/front-ports.ts';
import { missingTool, startMoto } from '../support/moto/start-moto.ts';
import type { Moto } from '../support/moto/start-moto.ts';

const checkout = join(__dirname, '..', '..');
const table = 'jobs';
const bucket = 'uploads';
const missing = missingTool();
const wdbc = join(checkout, '..', 'shared', 'data', 'wdbc', 'breast_cancer.csv');

const connectionOf = ({ endpoint }: Moto) => ({
  region: 'eu-west-3',
  endpoint,
  credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
});

const started = (program: string, env: Readonly<Record<string, string>>) =>
  spawn(process.execPath, ['--import', 'tsx', `services/pipelines/${program}.ts`], {
    cwd: checkout,
    env: { ...process.env, EVENKEEL_REGION: 'test-region', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

async function ended(child: ReturnType<typeof started>): Promise<number | null> {
  child.stdout.resume();
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

if (missing === null)
  describe('on the emulator', () => {
    let moto: Moto;
    let workDir: string;
    let ports: FrontPorts;
    const clients: { destroy(): void }[] = [];

    beforeAll(async () => {
      workDir = await mkdtemp(join(tmpdir(), 'evenkeel-pipelines-'));
      moto = await startMoto();
      const connection = connectionOf(moto);
      const dynamoDb = new DynamoDBClient(connection);
      const s3 = new S3Client(connection);
      clients.push(dynamoDb, s3);
      await dynamoDb.send(new CreateTableCommand(jobsTable));
      await s3.send(
        new CreateBucketCommand({
          Bucket: bucket,
          CreateBucketConfiguration: { LocationConstraint: 'eu-west-3' },
        }),
      );
      const objects = s3ObjectStore({ client: s3, bucket, objectBytesMax: 2 ** 26 });
      const jobs = dynamoDbJobStore({ client: dynamoDb, table, nowMs: Date.now });
      ({ ports } = frontPorts({ jobs, results: objects }));
      await objects.putIfAbsent(`batch/${clinic}/clear.png`, await encodePng(drawChest(1)));
      await objects.putIfAbsent(
        `batch/${clinic}/opacity.png`,
        await encodePng(drawChest(2, { finding: true })),
      );
      await objects.putIfAbsent(`batch/${clinic}/broken.png`, Buffer.from('no picture'));
      if (existsSync(wdbc))
        await objects.putIfAbsent(
          'datasets/breast-cancer-wdbc/wdbc/breast_cancer.csv',
          readFileSync(wdbc),
        );
    }, 120_000);

    afterAll(async () => {
      for (const client of clients) client.destroy();
      await moto.stop();
      await rm(workDir, { recursive: true, force: true });
    });

    const environment = () => ({
      ...moto.env,
      AWS_REGION: 'eu-west-3',
      JOBS_TABLE: table,
      UPLOADS_BUCKET: bucket,
      MODELS_BUCKET: bucket,
      WORK_DIR: workDir,
      STORE_DIRS: join(workDir, 'store'),
      WORKERS: '1',
    });

    const post = (routeKey: string, body: object) =>
      handle(
        jsonCall(routeKey, body, { 'idempotency-key': `key-of-${routeKey.split('/').at(-1)}` }),
        ports,
      );
    const status = async (id: string) =>
      bodyOf(await handle(call('GET /v1/jobs/{id}', { pathParameters: { id } }), ports));

    test('a batch is accepted, read by the batch process, and its findings are told', async () => {
      const ids = ['clear.png', 'opacity.png', 'broken.png', 'missing.png'];
      const { id } = bodyOf(await post('POST /v1/image-batch', { model: 'chest-pneumonia', ids }));
      expect(await ended(started('batch', environment()))).toBe(0);
      const { state, results } = await status(id);
      expect(state).toBe('done');
      expect(results).toMatchObject([
        {
          id: 'clear.png',
          outcome: 'read',
          model: 'chest-pneumonia',
          decision: expect.any(String),
        },
        { id: 'opacity.png', outcome: 'read', probability: expect.any(Number) },
        { id: 'broken.png', outcome: 'refused', code: 'unsupported-format' },
        { id: 'missing.png', outcome: 'refused', code: 'no-such-upload' },
      ]);
    }, 120_000);

    test('a batch process that finds nothing to do ends at once, and well', async () => {
      expect(await ended(started('batch', environment()))).toBe(0);
    }, 120_000);

    (existsSync(wdbc) ? test : test.skip)(
      'a training is done by the training process, and leaves a candidate (needs ../shared/data)',
      async () => {
        const { id } = bodyOf(
          await post('POST /v1/active-learning', {
            recipe: 'breast-cancer-wdbc',
            modelVersion: '1.1.0',
            seed: 1,
          }),
        );
        expect(await ended(started('train-once', environment()))).toBe(0);
        const { state, candidate } = await status(id);
        expect([state, candidate]).toEqual(['done', 'candidates/breast-cancer-wdbc/1.1.0/']);
        const manifest = await ports.results.get(`${candidate}manifest.json`);
        expect(JSON.parse(Buffer.from(manifest ?? '').toString())).toMatchObject({
          name: 'breast-cancer-wdbc',
          version: '1.1.0',
        });
      },
      120_000,
    );

    test('what is left over is started by the sweep, once for one call', async () => {
      const ecs = new ECSClient(connectionOf(moto));
      clients.push(ecs);
      await ecs.send(new CreateClusterCommand({ clusterName: 'pipelines' }));
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'batch',
          requiresCompatibilities: ['FARGATE'],
          networkMode: 'awsvpc',
          cpu: '256',
          memory: '512',
          containerDefinitions: [{ name: 'batch', image: 'batch', cpu: 256, memory: 512 }],
        }),
      );
      const { Subnets: [subnet] = [] } = await new EC2Client(connectionOf(moto)).send(
        new DescribeSubnetsCommand({}),
      );
      const { SecurityGroups: [group] = [] } = await new EC2Client(connectionOf(moto)).send(
        new DescribeSecurityGroupsCommand({}),
      );
      Object.assign(process.env, environment(), {
        CLUSTER: 'pipelines',
        TASK_SUBNETS: subnet?.SubnetId,
        TASK_SECURITY_GROUP: group?.GroupId,
        BATCH_TASK: taskDefinition?.taskDefinitionArn,
        TRAINING_TASK: taskDefinition?.taskDefinitionArn,
        TRAINING_CAPACITY: 'gpu',
      });
      const tasks = async () =>
        (await ecs.send(new ListTasksCommand({ cluster: 'pipelines', family: 'batch' }))).taskArns;
      await sweep(null, { awsRequestId: 'call-1' });
      expect(await tasks()).toEqual([]);
      const body = { model: 'chest-pneumonia', ids: ['clear.png'] };
      await handle(
        jsonCall('POST /v1/image-batch', body, { 'idempotency-key': 'left-over' }),
        ports,
      );
      await sweep(null, { awsRequestId: 'call-2' });
      expect(await tasks()).toHaveLength(1);
    }, 60_000);

    test('the structured service answers with TLS, and goes when it is told', async () => {
      const port = 18_443;
      const service = started('structured', {
        ...environment(),
        HOST: '127.0.0.1',
        PORT: String(port),
        DRAIN_WAIT_SECONDS: '0',
        TMPDIR: workDir,
      });
      const exit = ended(service);
      expect(await readyWithin(60_000, `https://127.0.0.1:${port}/readyz`)).toBe(200);
      service.kill('SIGTERM');
      expect(await exit).toBe(0);
    }, 120_000);
  });
else test.skip(`the pipelines as processes: ${missing}`, () => undefined);

/** As in stacks/constructs/aws/region-work.ts. */
const jobsTable = {
  TableName: table,
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  AttributeDefinitions: ['id', 'queue', 'due'].map((name) => ({
    AttributeName: name,
    AttributeType: 'S' as const,
  })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'queue', KeyType: 'HASH' as const },
        { AttributeName: 'due', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'ALL' as const },
    },
  ],
};

/** The status of the first answer that is 200, else of the last. Its certificate is its own, as the balancer takes it. */
async function readyWithin(msMax: number, url: string): Promise<number> {
  let status = 0;
  for (let waitedMs = 0; waitedMs < msMax && status !== 200; waitedMs += 500) {
    await sleep(500);
    status = await new Promise<number>((resolve) => {
      get(url, { rejectUnauthorized: false }, (reply: IncomingMessage) => {
        reply.resume();
        resolve(reply.statusCode ?? 0);
      }).on('error', () => resolve(0));
    });
  }
  return status;
}
