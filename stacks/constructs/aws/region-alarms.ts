// What somebody must hear of while a region works: told in the region itself, so that it needs no other to be heard.
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { AlertTopic } from './alert-topic.ts';
import type { InferenceGroup } from './inference-group.ts';
import type { RegionBalancer } from './region-balancer.ts';
import { copyMinutesMax } from './bucket-copy.ts';
import type { BucketPair, RegionBuckets } from './region-buckets.ts';
import type { RegionWork } from './region-work.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly accountId: string;
  readonly keyArn: string;
  readonly balancer: RegionBalancer;
  readonly inference: InferenceGroup;
  readonly work: RegionWork;
  readonly buckets: RegionBuckets;
}

interface Watched {
  readonly id: string;
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  readonly comparisonOperator: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** Minutes that must be bad in a row. */
  readonly minutes: number;
  readonly treatMissingData: 'breaching' | 'notBreaching';
}

const minuteSeconds = 60;

export class RegionAlarms extends Construct {
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { fleet, region, accountId, keyArn } = props;
    const topic = new AlertTopic(this, 'alerts', {
      name: nameOf.aws(fleet, region.id, 'alarms'),
      accountId,
      keyArn,
      publishers: ['cloudwatch.amazonaws.com'],
      email: fleet.estate.alertEmail,
    });
    for (const { id: part, description, minutes, ...metric } of this.watched())
      new CloudwatchMetricAlarm(this, part, {
        ...metric,
        alarmName: nameOf.aws(fleet, region.id, part),
        alarmDescription: description,
        period: minuteSeconds,
        evaluationPeriods: minutes,
        datapointsToAlarm: minutes,
        alarmActions: [topic.arn],
        okActions: [topic.arn],
      });
  }

  private watched(): readonly Watched[] {
    const { copies } = this.props.buckets;
    return [
      ...this.aboutCapacity(),
      ...this.aboutTheBalancer(),
      ...this.aboutWork(),
      ...copies.map(copiesLag),
    ];
  }

  private aboutCapacity(): readonly Watched[] {
    const { region, balancer, inference } = this.props;
    return [
      {
        id: 'too-few-ready',
        description: `Fewer machines are ready than the ${region.instances.min} that the region must have`,
        namespace: 'AWS/NetworkELB',
        dimensions: {
          LoadBalancer: balancer.balancer.arnSuffix,
          TargetGroup: balancer.targets.arnSuffix,
        },
        metricName: 'HealthyHostCount',
        statistic: 'Minimum',
        comparisonOperator: 'LessThanThreshold',
        threshold: region.instances.min,
        minutes: 3,
        treatMissingData: 'breaching',
      },
      {
        id: 'at-its-limit',
        description: 'The group has as many machines as it may have: what comes now is shed',
        namespace: 'AWS/AutoScaling',
        dimensions: { AutoScalingGroupName: inference.group.name },
        metricName: 'GroupInServiceInstances',
        statistic: 'Minimum',
        comparisonOperator: 'GreaterThanThreshold',
        threshold: region.instances.max - 1,
        minutes: 15,
        treatMissingData: 'notBreaching',
      },
    ];
  }

  private aboutTheBalancer(): readonly Watched[] {
    const errors = {
      namespace: 'AWS/NetworkELB',
      dimensions: { LoadBalancer: this.props.balancer.balancer.arnSuffix },
      statistic: 'Sum',
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    } as const;
    return [
      {
        ...errors,
        id: 'tls-to-machines-fails',
        description:
          'The balancer cannot agree on TLS with machines: their certificates or the service are broken',
        metricName: 'TargetTLSNegotiationErrorCount',
        threshold: 10,
        minutes: 5,
      },
      {
        ...errors,
        id: 'out-of-ports',
        description: 'The balancer has no ports left towards machines: users are refused',
        metricName: 'PortAllocationErrorCount',
        threshold: 0,
        minutes: 1,
      },
    ];
  }

  private aboutWork(): readonly Watched[] {
    const { queue, deadLetters } = this.props.work;
    const worst = {
      namespace: 'AWS/SQS',
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    } as const;
    return [
      {
        ...worst,
        id: 'work-waits',
        description: 'A job has waited for half an hour: nobody works, or not enough of them',
        dimensions: { QueueName: queue.name },
        metricName: 'ApproximateAgeOfOldestMessage',
        threshold: 1_800,
        minutes: 5,
      },
      {
        ...worst,
        id: 'dead-letters',
        description: 'A job failed five times and waits for somebody to look at it',
        dimensions: { QueueName: deadLetters.name },
        metricName: 'ApproximateNumberOfMessagesVisible',
        threshold: 0,
        minutes: 1,
      },
    ];
  }
}

/** What was accepted is then in one place only. */
const copiesLag = ({ kind, from, to, ruleId }: BucketPair): Watched => ({
  id: `${kind}-copies-lag`,
  description: `Copies of ${kind} are more than ${copyMinutesMax} minutes behind: what is lost here now is lost`,
  namespace: 'AWS/S3',
  dimensions: { SourceBucket: from, DestinationBucket: to, RuleId: ruleId },
  metricName: 'ReplicationLatency',
  statistic: 'Maximum',
  comparisonOperator: 'GreaterThanThreshold',
  threshold: copyMinutesMax * 60,
  minutes: 5,
  treatMissingData: 'notBreaching',
});
