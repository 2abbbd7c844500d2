// Where calls end that nobody waits for and that failed for good: kept for two weeks, for people to look at.
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { HardenedQueue } from '../aws/hardened-queue.ts';
import type { PipelinePlace } from './pipeline-place.ts';

const keptDays = 14;

export class Failures extends Construct {
  readonly arn: string;
  readonly url: string;
  readonly alarmName: string;

  constructor(scope: Construct, id: string, { fleet, keyArn }: PipelinePlace) {
    super(scope, id);
    const name = nameOf.aws(fleet, 'pipelines', 'failures');
    const { queue } = new HardenedQueue(this, 'queue', {
      name,
      kmsMasterKeyId: keyArn,
      messageRetentionSeconds: keptDays * 86_400,
    });
    this.arn = queue.arn;
    this.url = queue.url;
    this.alarmName = new CloudwatchMetricAlarm(this, 'alarm', {
      alarmName: name,
      alarmDescription: 'A call of the pipelines failed for good: look into its queue',
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: queue.name },
      statistic: 'Maximum',
      period: 300,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    }).alarmName;
  }
}
