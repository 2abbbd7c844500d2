// Alarms on what Route 53 itself sees of each region, whoever else is dead: one region, two at once, or slow answers.
import { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { Construct } from 'constructs';
import type { Fleet } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';

interface Props {
  readonly fleet: Fleet;
  /** By region. */
  readonly checkIds: Readonly<Record<string, string>>;
  readonly topicArn: string;
  /** Of us-east-1, where Route 53's metrics are and nowhere else. */
  readonly provider: AwsProvider;
}

const minuteSeconds = 60;

export class HealthAlarms extends Construct {
  constructor(scope: Construct, id: string, { fleet, checkIds, topicArn, provider }: Props) {
    super(scope, id);
    const told = { alarmActions: [topicArn], okActions: [topicArn], provider };
    const regions = fleet.regions.map(
      (region) =>
        new CloudwatchMetricAlarm(this, region.id, {
          alarmName: nameOf.aws(fleet, region.id, 'unhealthy'),
          alarmDescription: `No address of ${region.id} answers, or its flag is raised: Route 53 leads users elsewhere`,
          namespace: 'AWS/Route53',
          metricName: 'HealthCheckStatus',
          dimensions: { HealthCheckId: checkIds[region.id] ?? '' },
          statistic: 'Minimum',
          comparisonOperator: 'LessThanThreshold',
          threshold: 1,
          period: minuteSeconds,
          evaluationPeriods: 1,
          // Checkers that say nothing say nothing good.
          treatMissingData: 'breaching',
          ...told,
        }),
    );
    new CloudwatchCompositeAlarm(this, 'two-regions', {
      alarmName: nameOf.aws(fleet, 'two-regions-unhealthy'),
      alarmDescription: 'Two regions at once: the survivors carry what they were never meant to',
      alarmRule: anyTwo(regions.map((alarm) => `ALARM("${alarm.alarmName}")`)),
      ...told,
    });
  }
}

/** In the language of composite alarms; there is no counting in it. */
const anyTwo = (conditions: readonly string[]): string =>
  conditions
    .flatMap((one, i) => conditions.slice(i + 1).map((other) => `(${one} AND ${other})`))
    .join(' OR ');
