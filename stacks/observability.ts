// What watches the whole fleet from outside it: alarms, a dashboard and the budget, in no region that could be stricken.
import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
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
import { VantageHeartbeats } from './constructs/observability/vantage-heartbeats.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { awsProvider } from './providers.ts';
import { tagsOf } from './tags.ts';

/** Metrics of Route 53 and of spending exist here only, and alarms are where their metrics are. */
const controlPlane = 'us-east-1';
const publishers = ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'];

interface Alerts {
  readonly topicArn: string;
  readonly keyArn: string;
}

/**
 * The models themselves are watched by the controllers, which have a golden picture read in every region four times a minute and leave
 * a region that reads it wrongly; what they see is in their metrics and journals.
 */
export class ObservabilityStack extends FleetStack {
  private readonly accountId: string;

  constructor(app: App, fleet: Fleet) {
    super(app, 'observability', fleet, { cloud: 'aws', holdsData: true });
    const [home] = fleet.estate.stateLocations;
    awsProvider(this, home);
    const provider = awsProvider(this, controlPlane, 'global');
    this.accountId = new DataAwsCallerIdentity(this, 'account').accountId;
    const checkIds = this.checkIds();
    const alerts = this.alerts(provider);
    const { topicArn } = alerts;
    new HealthAlarms(this, 'health', { fleet, checkIds, topicArn, provider });
    new VantageHeartbeats(this, 'heartbeats', {
      fleet,
      egressAddresses: this.egressAddresses(),
      topicArn,
      provider,
    });
    new Spending(this, 'spending', { fleet, topicArn });
    this.addMonitoringHost(home, alerts);
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
    this.publish('alerts_topic_arn', topicArn, 'Where alarms of the whole fleet are sent');
  }

  private checkIds(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.fleet.regions.map(({ id }) => [
        id,
        this.receiveMember('dns', 'health_check_ids', id, 'The check of each region'),
      ]),
    );
  }

  private egressAddresses(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.fleet.vantages.map(({ id }) => [
        id,
        this.receive(id, 'egress_address', `Where ${id} comes from`),
      ]),
    );
  }

  /** An alarm can only tell a topic of its own place. */
  private alerts(provider: AwsProvider): Alerts {
    const { fleet, accountId } = this;
    const key = new EncryptionKey(this, 'alerts-key', {
      alias: nameOf.aws(fleet, 'alerts'),
      description: 'Encrypts alarms on their way',
      accountId,
      services: publishers,
      isProtected: fleet.estate.protectsData,
      provider,
    });
    const topic = new AlertTopic(this, 'alerts', {
      name: nameOf.aws(fleet, 'alerts'),
      accountId,
      keyArn: key.arn,
      publishers,
      email: fleet.estate.alertEmail,
      provider,
    });
    return { topicArn: topic.arn, keyArn: key.arn };
  }

  private addMonitoringHost(location: string, alerts: Alerts): void {
    const { fleet, accountId } = this;
    const { monitoring } = fleet.estate;
    if (monitoring === null) return;
    const { egressAddress } = new MonitoringHost(this, 'monitoring', {
      fleet,
      estate: monitoring,
      location,
      accountId,
      tags: tagsOf(fleet, this.id),
      alerts: { ...alerts, location: controlPlane },
    });
    this.publish('egress_address', egressAddress, 'Where the monitoring host comes from');
  }
}
