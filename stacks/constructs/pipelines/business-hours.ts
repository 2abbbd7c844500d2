// Every hour of a French working day somebody looks whether work was left over, and starts what does it.
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule/index.js';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import type { Failures } from './failures.ts';
import { assumedBy, policyOf, reportFailures, useKeyThrough } from './permissions.ts';
import type { PipelineFunction } from './pipeline-function.ts';
import type { PipelinePlace } from './pipeline-place.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly sweep: PipelineFunction;
  readonly failures: Failures;
}

/** On the hour from 8 to 19, Monday to Friday, as clocks in France show it, summer time included. */
const frenchBusinessHours = {
  scheduleExpression: 'cron(0 8-19 ? * MON-FRI *)',
  scheduleExpressionTimezone: 'Europe/Paris',
} as const;

export class BusinessHours extends Construct {
  constructor(scope: Construct, id: string, { place, sweep, failures }: Props) {
    super(scope, id);
    const name = nameOf.role(place.fleet, 'pipelines', 'schedule');
    const role = new IamRole(this, 'role', {
      name,
      assumeRolePolicy: assumedBy('scheduler.amazonaws.com', place.accountId),
    });
    new IamRolePolicy(this, 'rights', {
      role: role.id,
      policy: policyOf([
        {
          Sid: 'Ask',
          Effect: 'Allow',
          Action: 'lambda:InvokeFunction',
          Resource: sweep.alias.arn,
        },
        reportFailures(failures.arn),
        useKeyThrough(place, ['sqs']),
      ]),
    });
    const group = new SchedulerScheduleGroup(this, 'group', { name });
    new SchedulerSchedule(this, 'hourly', {
      name: 'hourly',
      groupName: group.name,
      description: 'Starts what works off image batches and training that were left over',
      ...frenchBusinessHours,
      flexibleTimeWindow: { mode: 'OFF' },
      kmsKeyArn: place.keyArn,
      target: {
        arn: sweep.alias.arn,
        roleArn: role.arn,
        deadLetterConfig: { arn: failures.arn },
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 1_800 },
      },
    });
  }
}
