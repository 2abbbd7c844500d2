// Statements that several roles of the pipelines need, each for the least there is to name.
import { folders } from './pipeline-place.ts';
import type { PipelinePlace } from './pipeline-place.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

export const policyOf = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/**
 * Who may take a role: one service of AWS. With an account only on its behalf, so that no other account can borrow the role through
 * the service; Lambda and EC2 do not say on whose behalf they ask.
 */
export const assumedBy = (service: string, accountId?: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(accountId === undefined
          ? {}
          : { Condition: { StringEquals: { 'aws:SourceAccount': accountId } } }),
      },
    ],
  });

/** The region's key, through the services that hold the data only. */
export const useKeyThrough = (
  { keyArn, region }: PipelinePlace,
  services: readonly ('s3' | 'dynamodb' | 'sqs')[],
): Statement => ({
  Sid: 'UseTheKey',
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
  Resource: keyArn,
  Condition: {
    StringEquals: {
      'kms:ViaService': services.map((service) => `${service}.${region.location}.amazonaws.com`),
    },
  },
});

/** What writes into a log group of a given name looks for it first, among all that there are. */
export const findLogs = ({ region, accountId }: PipelinePlace): Statement => ({
  Sid: 'FindTheLog',
  Effect: 'Allow',
  Action: 'logs:DescribeLogGroups',
  Resource: `arn:aws:logs:${region.location}:${accountId}:log-group:*`,
});

export const reportFailures = (queueArn: string): Statement => ({
  Sid: 'ReportFailures',
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: queueArn,
});

/** Without the right to list, S3 answers 403 instead of 404 for what is not there. */
export const lookInto = (bucket: string, prefixes: readonly string[]): Statement => ({
  Sid: 'TellWhatIsNotThere',
  Effect: 'Allow',
  Action: 's3:ListBucket',
  Resource: `arn:aws:s3:::${bucket}`,
  Condition: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}/*`) } },
});

const objectsOf = (bucket: string, prefixes: readonly string[]) =>
  prefixes.map((prefix) => `arn:aws:s3:::${bucket}/${prefix}/*`);

export const readObjects = (bucket: string, prefixes: readonly string[]): Statement => ({
  Sid: 'ReadObjects',
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: objectsOf(bucket, prefixes),
});

export const writeObjects = (bucket: string, prefixes: readonly string[]): Statement => ({
  Sid: 'WriteObjects',
  Effect: 'Allow',
  Action: 's3:PutObject',
  Resource: objectsOf(bucket, prefixes),
});

/** Takes jobs from the table and says how they ended. */
export const workOnJobs = ({ jobsTableArn }: PipelinePlace): Statement => ({
  Sid: 'WorkOnJobs',
  Effect: 'Allow',
  Action: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
  Resource: [jobsTableArn, `${jobsTableArn}/index/due`],
});

/** What the images of both pipelines do with objects, besides reading jobs. */
export const batchObjects = ({ uploadsBucket }: PipelinePlace): readonly Statement[] => [
  lookInto(uploadsBucket, [folders.uploads, folders.results]),
  readObjects(uploadsBucket, [folders.uploads, folders.results]),
  writeObjects(uploadsBucket, [folders.results]),
];

export const trainingObjects = ({ modelsBucket }: PipelinePlace): readonly Statement[] => [
  lookInto(modelsBucket, [folders.datasets, folders.candidates]),
  readObjects(modelsBucket, [folders.datasets, folders.candidates]),
  writeObjects(modelsBucket, [folders.candidates]),
];
