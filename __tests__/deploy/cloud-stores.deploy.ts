// The stores of the cloud against the contracts of every store, on the emulator.
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { dynamoDbJobStore } from '../../services/adapters/dynamodb-job-store.ts';
import { s3ObjectStore } from '../../services/adapters/s3-object-store.ts';
import { storeAt } from '../../services/adapters/store-at.ts';
import { jobStoreContract } from '../support/job-store-contract.ts';
import { missingTool, startMoto } from '../support/moto/start-moto.ts';
import type { Moto } from '../support/moto/start-moto.ts';
import { objectStoreContract } from '../support/object-store-contract.ts';

const missing = missingTool();

if (missing === null)
  describe('on the emulator', () => {
    let moto: Moto;
    let dynamoDb: DynamoDBClient;
    let s3: S3Client;

    beforeAll(async () => {
      moto = await startMoto();
      const connection = {
        region: 'eu-west-3',
        endpoint: moto.endpoint,
        credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
      };
      dynamoDb = new DynamoDBClient(connection);
      s3 = new S3Client({ ...connection, forcePathStyle: true });
    }, 90_000);

    afterAll(async () => {
      dynamoDb.destroy();
      s3.destroy();
      await moto.stop();
    });

    /** As in stacks/constructs/aws/region-work.ts. */
    const newTable = async (): Promise<string> => {
      const table = randomUUID();
      await dynamoDb.send(
        new CreateTableCommand({
          TableName: table,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: ['id', 'queue', 'due'].map((name) => ({
            AttributeName: name,
            AttributeType: 'S' as const,
          })),
          GlobalSecondaryIndexes: [
            {
              IndexName: 'due',
              KeySchema: [
                { AttributeName: 'queue', KeyType: 'HASH' },
                { AttributeName: 'due', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      );
      return table;
    };

    const newBucket = async (): Promise<string> => {
      const bucket = randomUUID();
      await s3.send(
        new CreateBucketCommand({
          Bucket: bucket,
          CreateBucketConfiguration: { LocationConstraint: 'eu-west-3' },
        }),
      );
      return bucket;
    };

    jobStoreContract('DynamoDB', async (nowMs) =>
      dynamoDbJobStore({ client: dynamoDb, table: await newTable(), nowMs }),
    );
    objectStoreContract('S3', async () =>
      s3ObjectStore({ client: s3, bucket: await newBucket(), objectBytesMax: 2 ** 20 }),
    );

    // As a service opens what LAKE_DIRS names: address and credentials come from its environment.
    objectStoreContract('S3, by its place', async () => {
      process.env['AWS_ENDPOINT_URL_S3'] = moto.endpoint;
      process.env['AWS_REGION'] = 'eu-west-3';
      process.env['AWS_ACCESS_KEY_ID'] = 'emulated';
      process.env['AWS_SECRET_ACCESS_KEY'] = 'emulated';
      return storeAt(`s3://${await newBucket()}`);
    });
  });
else test.skip(`the stores of the cloud: ${missing}`, () => undefined);
