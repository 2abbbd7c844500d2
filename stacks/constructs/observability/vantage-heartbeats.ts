// Whether each vantage watches, whatever its cloud says: a controller asks the name servers each second, and Route 53 notes who asks.
import { CloudwatchLogMetricFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-metric-filter/index.js';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { Construct } from 'constructs';
import type { Fleet } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';

interface Props {
  readonly fleet: Fleet;
  /** Where each vantage comes from, by its id; Terraform references. */
  readonly egressAddresses: Readonly<Record<string, string>>;
  readonly topicArn: string;
  /** Of us-east-1, where the query log of a zone is and nowhere else. */
  readonly provider: AwsProvider;
}

const minuteSeconds = 60;
/** Notes arrive within a minute or two; a machine of a vantage is replaced within ten. */
const silentMinutes = 5;

export const metricNamespace = ({ environment }: Fleet): string => `Evenkeel/${environment}`;
export const queriesMetric = 'DnsQueries';

/** The fields of a note, in order ("Format of DNS query logs", Amazon Route 53 Developer Guide). */
const note = (resolver: string) =>
  `[version, time, zone, name, type, code, protocol, edge, resolver${resolver}, subnet]`;

export class VantageHeartbeats extends Construct {
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    this.count('queries', queriesMetric, note(''));
    for (const [vantage, address] of Object.entries(props.egressAddresses)) {
      const metric = `QueriesOf-${vantage}`;
      this.count(vantage, metric, note(`="${address}"`));
      this.missed(vantage, metric);
    }
  }

  private count(part: string, name: string, pattern: string): void {
    const { fleet, provider } = this.props;
    new CloudwatchLogMetricFilter(this, part, {
      name: nameOf.aws(fleet, 'dns', part),
      // Of the stack of the zone.
      logGroupName: `/aws/route53/${fleet.zone}`,
      pattern,
      metricTransformation: {
        name,
        namespace: metricNamespace(fleet),
        value: '1',
        defaultValue: '0',
      },
      provider,
    });
  }

  private missed(vantage: string, metricName: string): void {
    const { fleet, topicArn, provider } = this.props;
    new CloudwatchMetricAlarm(this, `${vantage}-silent`, {
      alarmName: nameOf.aws(fleet, vantage, 'silent'),
      alarmDescription: `${vantage} has not asked the name servers for minutes: no controller watches there. With a second one gone, nobody can fail over but Route 53 itself`,
      namespace: metricNamespace(fleet),
      metricName,
      statistic: 'Sum',
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      period: minuteSeconds,
      evaluationPeriods: silentMinutes,
      // Without any note there is no metric: then all are silent.
      treatMissingData: 'breaching',
      alarmActions: [topicArn],
      okActions: [topicArn],
      provider,
    });
  }
}
