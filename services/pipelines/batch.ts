// The image batch as a process: loads the models, works off its queue, and ends; on SIGTERM it finishes the pictures in hand first.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { isInputError } from '../../fleet/errors.ts';
import { servedVersions } from '../../models/bundle/registry.ts';
import { dynamoDbJobStore } from '../adapters/dynamodb-job-store.ts';
import { s3ObjectStore } from '../adapters/s3-object-store.ts';
import { systemClock } from '../inference/pool/clock.ts';
import { workerSetup } from '../inference/pool/messages.ts';
import { WorkerPool } from '../inference/pool/worker-pool.ts';
import { workerSpawner } from '../inference/pool/worker-process.ts';
import { settingsFrom } from '../settings.ts';
import type { Settings } from '../settings.ts';
import { readBatch } from './read-batch.ts';
import { batchSettings } from './settings.ts';
import { whenToldToGo } from './when-told-to-go.ts';
import { workOff } from './work-off.ts';

const log = (line: object) => console.log(JSON.stringify(line));

/** Models that no worker can load in so long will not be loaded later either: the task ends, and its job falls due again. */
const readySecondsMax = 180;

async function main(): Promise<void> {
  const settings = settingsFrom(process.env);
  const { jobsTable, uploadsBucket } = batchSettings(process.env);
  const pool = await readyPool(settings);
  const objects = s3ObjectStore({
    client: new S3Client({}),
    bucket: uploadsBucket,
    objectBytesMax: settings.uploadMiBMax * 2 ** 20,
  });
  const jobs = dynamoDbJobStore({
    client: new DynamoDBClient({}),
    table: jobsTable,
    nowMs: Date.now,
  });
  const ended = await workOff({
    jobs,
    queue: 'image-batch',
    clock: systemClock,
    stop: whenToldToGo(process),
    work: (job, stop) => readBatch({ objects, pool, lanes: settings.workers }, job, stop),
    log,
  });
  await pool.drain();
  log({ event: 'over', ended });
}

async function readyPool(settings: Settings): Promise<WorkerPool> {
  const served = await servedVersions(settings.modelsDir);
  // Nobody compares what a batch says: it is read with what is in production, from its first picture to its last.
  const versions = served.map((one) => ({ ...one, canary: null, shadow: null }));
  const pool = new WorkerPool(
    { ...settings, setup: workerSetup(settings, versions) },
    workerSpawner({ heapMiB: settings.workerHeapMiB, environment: settings.workerEnvironment }),
    systemClock,
  );
  return new Promise((resolve, reject) => {
    const giveUp = systemClock.after(readySecondsMax * 1_000, () =>
      reject(new Error(`no worker was ready within ${readySecondsMax} s`)),
    );
    pool.start({
      finished: () => undefined,
      workerReady: () => {
        giveUp();
        resolve(pool);
      },
      workerLost: (loss) => log({ event: 'worker lost', ...loss }),
    });
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exit(2);
}
