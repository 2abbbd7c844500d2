// The hourly look for work that was left over, as a Lambda function that the schedule calls.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { dynamoDbJobStore } from '../adapters/dynamodb-job-store.ts';
import { ecsTaskStarter } from './ecs-task-starter.ts';
import { startSettings } from './settings.ts';
import { startDue } from './start-due.ts';

/** A call that Lambda repeats has the same id, and so starts nothing twice. */
export async function handler(_event: unknown, context: { readonly awsRequestId: string }) {
  const { jobsTable, tasks } = startSettings(process.env);
  const started = await startDue(
    {
      jobs: dynamoDbJobStore({
        client: new DynamoDBClient({}),
        table: jobsTable,
        nowMs: Date.now,
      }),
      starter: ecsTaskStarter(new ECSClient({}), tasks),
    },
    context.awsRequestId,
  );
  console.log(JSON.stringify({ swept: started }));
}
