// What watches the whole fleet from outside it: alarms, a dashboard and the budget, in no region that could be stricken.
import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import type { App } from 'cdktf';
import type { Fleet } from '../fleet/fleet.ts';
import { AlertTopic } from './constructs/aws/alert-topic.ts';
import { EncryptionKey } from './constructs/aws/encryption-key.ts';
import { dashboardBody } from './constructs/observability/dashboard.ts';
import { HealthAlarms } from './constructs/observability/health-alarms.ts';
import { MonitoringHost } from './constructs/observability/monitoring-host.ts';
import { Spending } from './constructs/observability/spending.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { awsProvider } from './providers.ts';

/** Metrics of Route 53 and of spending exist here only. */
const controlPlane = 'us-east-1';
const absentMinutes = 5;

/**
 * The models themselves are watched by the controllers, which have a golden picture read in every region four times a minute and leave
 * a region that reads it wrongly; what they see is in their metrics and journals.
 */
export class ObservabilityStack extends FleetStack {
  private readonly accountId: string;

  constructor(app: App, fleet: Fleet) {
    super(app, 'observability', fleet, { cloud: 'aws' });
    const [home] = fleet.estate.stateLocations;
    awsProvider(this, home);
    const provider = awsProvider(this, controlPlane, 'global');
    this.accountId = new DataAwsCallerIdentity(this, 'account').accountId;
    const checkIds = Object.fromEntries(
      fleet.regions.map(({ id }) => [
        id,
        this.receiveMember('dns', 'health_check_ids', id, 'The check of each region'),
      ]),
    );
    const topic = this.topic('global', provider);
    new HealthAlarms(this, 'health', { fleet, checkIds, topicArn: topic.arn, provider });
    new Spending(this, 'spending', { fleet, topicArn: topic.arn });
    this.watchVantages();
    this.addMonitoringHost(home);
    const dashboardName = nameOf.aws(fleet, 'fleet');
    new CloudwatchDashboard(this, 'dashboard', {
      dashboardName,
      dashboardBody: dashboardBody(fleet, { checkIds, controlPlane }),
    });
    this.publish(
      'dashboard_url',
      `https://${controlPlane}.console.aws.amazon.com/cloudwatch/home?region=${controlPlane}#dashboards/dashboard/${dashboardName}`,
      'The page for whoever is on call',
    );
    this.publish('alerts_topic_arn', topic.arn, 'Where alarms of the whole fleet are sent');
  }

  /** An alarm can only tell a topic of its own place. */
  private topic(place: string, provider?: AwsProvider): AlertTopic {
    const { fleet, accountId } = this;
    const at = provider === undefined ? {} : { provider };
    const key = new EncryptionKey(this, `${place}-key`, {
      alias: nameOf.aws(fleet, 'alerts', place),
      description: 'Encrypts alarms on their way',
      accountId,
      services: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com', 'sns.amazonaws.com'],
      isProtected: fleet.estate.protectsData,
      ...at,
    });
    return new AlertTopic(this, `${place}-alerts`, {
      name: nameOf.aws(fleet, 'alerts'),
      accountId,
      keyArn: key.arn,
      publishers: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'],
      email: fleet.estate.alertEmail,
      ...at,
    });
  }

  /** Of the vantages on AWS; those on the other clouds are missed by these, whose peers they are. */
  private watchVantages(): void {
    const { fleet } = this;
    for (const { id, location } of fleet.vantages.filter(({ cloud }) => cloud === 'aws')) {
      const provider = awsProvider(this, location, id);
      new CloudwatchMetricAlarm(this, `absent-${id}`, {
        alarmName: nameOf.aws(fleet, id, 'absent'),
        alarmDescription: `No controller runs in ${id}: with a second one gone, nobody can fail over`,
        namespace: 'AWS/AutoScaling',
        metricName: 'GroupInServiceInstances',
        dimensions: { AutoScalingGroupName: nameOf.aws(fleet, id) },
        statistic: 'Minimum',
        comparisonOperator: 'LessThanThreshold',
        threshold: 1,
        period: 60,
        evaluationPeriods: absentMinutes,
        treatMissingData: 'breaching',
        alarmActions: [this.topic(id, provider).arn],
        provider,
      });
    }
  }

  private addMonitoringHost(location: string): void {
    const { fleet, accountId } = this;
    const { monitoring, protectsData } = fleet.estate;
    if (monitoring === null) return;
    const key = new EncryptionKey(this, 'monitoring-key', {
      alias: nameOf.aws(fleet, 'monitoring'),
      description: 'Everything at rest of the monitoring host',
      accountId,
      services: [`logs.${location}.amazonaws.com`],
      isProtected: protectsData,
    });
    const host = new MonitoringHost(this, 'monitoring', {
      stack: this,
      estate: monitoring,
      location,
      accountId,
      key,
    });
    this.publish('egress_address', host.egressAddress, 'Where the monitoring host comes from');
    this.publish('tools_bucket', host.toolsBucket, 'Where its two programs are fetched from');
  }
}
