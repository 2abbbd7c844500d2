// Training as a process on a machine with a GPU: works off its queue and ends; then ECS lets the machine go.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { isInputError } from '../../fleet/errors.ts';
import { recipes } from '../../models/train/recipes.ts';
import { dynamoDbJobStore } from '../adapters/dynamodb-job-store.ts';
import { s3ObjectStore } from '../adapters/s3-object-store.ts';
import { systemClock } from '../inference/pool/clock.ts';
import { trainingSettings } from './settings.ts';
import { trainCandidate } from './train-candidate.ts';
import { whenToldToGo } from './when-told-to-go.ts';
import { workOff } from './work-off.ts';

/** One file of a data set. */
const objectBytesMax = 64 * 2 ** 20;

const log = (line: object) => console.log(JSON.stringify(line));

try {
  const { jobsTable, modelsBucket, workDir } = trainingSettings(process.env);
  const objects = s3ObjectStore({ client: new S3Client({}), bucket: modelsBucket, objectBytesMax });
  const onProgress = (progress: string) => log({ progress });
  const ended = await workOff({
    jobs: dynamoDbJobStore({ client: new DynamoDBClient({}), table: jobsTable, nowMs: Date.now }),
    queue: 'active-learning',
    clock: systemClock,
    stop: whenToldToGo(process),
    work: (job, stop) => trainCandidate({ objects, recipes, workDir, onProgress }, job, stop),
    log,
  });
  log({ event: 'over', ended });
  process.exit(0);
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exit(2);
}
