// What submits programs to the Spark application: a state machine whose role may start, follow and cancel jobs there, and no more.
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { logGroup } from '../aws/log-group.ts';
import type { Failures } from './failures.ts';
import { assumedBy, findLogs, policyOf, reportFailures, useKeyThrough } from './permissions.ts';
import type { Statement } from './permissions.ts';
import type { PipelinePlace } from './pipeline-place.ts';
import type { SparkApplication } from './spark-application.ts';
import { sparkStates } from './spark-states.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly spark: SparkApplication;
  readonly failures: Failures;
}

export class SparkSubmission extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { place, spark, failures }: Props) {
    super(scope, id);
    const name = nameOf.role(place.fleet, 'spark', 'submission');
    const log = logGroup(this, 'log', {
      // The prefix keeps the log service's own policy within its size limit.
      name: `/aws/vendedlogs/states/${name}`,
      keyArn: place.keyArn,
      retentionDays: place.fleet.estate.logRetentionDays,
    });
    const role = new IamRole(this, 'role', {
      name,
      assumeRolePolicy: assumedBy('states.amazonaws.com', place.accountId),
    });
    const rights = new IamRolePolicy(this, 'rights', {
      role: role.id,
      policy: policyOf([
        ...runJobs(place, spark),
        reportFailures(failures.arn),
        useKeyThrough(place, ['sqs']),
        findLogs(place),
        deliverTheLog,
        sendTraces,
      ]),
    });
    this.arn = new SfnStateMachine(this, 'machine', {
      name,
      roleArn: role.arn,
      definition: JSON.stringify(
        sparkStates({
          applicationId: spark.applicationId,
          jobRoleArn: spark.roleArn,
          jobLog: spark.logName,
          modelsBucket: place.modelsBucket,
          failuresUrl: failures.url,
        }),
      ),
      loggingConfiguration: {
        level: 'ALL',
        logDestination: `${log.arn}:*`,
        // Arguments and answers of jobs say whose pictures they read.
        includeExecutionData: false,
      },
      tracingConfiguration: { enabled: true },
      // What the role lacks when the machine is made is not asked for again.
      dependsOn: [rights],
    }).arn;
  }
}

const runJobs = (
  { region, accountId }: PipelinePlace,
  { applicationArn, roleArn }: SparkApplication,
): readonly Statement[] => [
  {
    Sid: 'StartJobs',
    Effect: 'Allow',
    Action: 'emr-serverless:StartJobRun',
    Resource: applicationArn,
  },
  {
    Sid: 'FollowThem',
    Effect: 'Allow',
    Action: ['emr-serverless:GetJobRun', 'emr-serverless:CancelJobRun'],
    Resource: `${applicationArn}/jobruns/*`,
  },
  {
    Sid: 'GiveThemTheirRole',
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: roleArn,
    Condition: { StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } },
  },
  {
    // Step Functions makes this rule itself, under this name in every account.
    Sid: 'HearHowTheyEnd',
    Effect: 'Allow',
    Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
    Resource: `arn:aws:events:${region.location}:${accountId}:rule/StepFunctionsGetEventsForEMRServerlessJobRule`,
  },
];

/** Deliveries and the log service's policies are of the account; AWS knows no resource for them. */
const deliverTheLog: Statement = {
  Sid: 'DeliverTheLog',
  Effect: 'Allow',
  Action: [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
  ],
  Resource: '*',
};

/** X-Ray knows no resources. */
const sendTraces: Statement = {
  Sid: 'SendTraces',
  Effect: 'Allow',
  Action: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
  ],
  Resource: '*',
};
