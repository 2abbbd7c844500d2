// When a region on Google Cloud wakes someone: what its users see first, then what will hurt them next.
import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import type {
  MonitoringAlertPolicyConditions,
  MonitoringAlertPolicyConditionsConditionThreshold,
} from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { tagsOf } from '../../tags.ts';
import type { InferenceGroup } from './inference-group.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly group: InferenceGroup;
  readonly dependsOn: readonly ITerraformDependable[];
}

interface Alert {
  readonly severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  readonly condition: Omit<MonitoringAlertPolicyConditions, 'displayName'>;
  /** What it means and what to do, in the mail. */
  readonly text: string;
}

const errorShareMax = 0.05;

export class RegionAlerts extends Construct {
  private readonly channel: string;
  /** The provider's default labels do not reach these. */
  private readonly userLabels: Record<string, string>;
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { fleet, dependsOn } = props;
    this.userLabels = tagsOf(fleet, props.region.id);
    this.channel = new MonitoringNotificationChannel(this, 'mail', {
      displayName: nameOf.gcp(fleet, props.region.id),
      type: 'email',
      labels: { email_address: fleet.estate.alertEmail },
      userLabels: this.userLabels,
      dependsOn: [...dependsOn],
    }).id;
    const { min, max } = props.region.instances;
    this.alert('errors', this.errors());
    this.alert('too-few', {
      severity: 'CRITICAL',
      condition: { conditionThreshold: this.size('COMPARISON_LT', min, '300s') },
      text: `Fewer than ${min} machines for five minutes: the group cannot start new ones. See its errors, and the quota.`,
    });
    this.alert('full', {
      severity: 'WARNING',
      condition: { conditionThreshold: this.size('COMPARISON_GT', max - 1, '900s') },
      text: `At its limit of ${max} machines for a quarter of an hour: raise \`max\`, or find out who sends so much.`,
    });
    this.alert('unready', this.unready());
  }

  private errors(): Alert {
    const requests = [
      'metric.type="loadbalancing.googleapis.com/https/external/regional/request_count"',
      'resource.type="http_external_regional_lb_rule"',
      `resource.labels.region="${this.props.region.location}"`,
    ].join(' AND ');
    const perMinute = [
      { alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_RATE', crossSeriesReducer: 'REDUCE_SUM' },
    ];
    return {
      severity: 'CRITICAL',
      condition: {
        conditionThreshold: {
          filter: `${requests} AND metric.labels.response_code_class=500`,
          aggregations: perMinute,
          denominatorFilter: requests,
          denominatorAggregations: perMinute,
          comparison: 'COMPARISON_GT',
          thresholdValue: errorShareMax,
          duration: '120s',
        },
      },
      text: 'More than one answer in twenty is a server error. The controller leaves a region that fails its probes by itself; see what it says, and the log of the balancer.',
    };
  }

  private size(
    comparison: 'COMPARISON_LT' | 'COMPARISON_GT',
    thresholdValue: number,
    duration: string,
  ): MonitoringAlertPolicyConditionsConditionThreshold {
    return {
      filter: [
        'metric.type="compute.googleapis.com/instance_group/size"',
        'resource.type="instance_group"',
        `resource.labels.instance_group_name="${this.props.group.name}"`,
      ].join(' AND '),
      aggregations: [
        {
          alignmentPeriod: '60s',
          perSeriesAligner: 'ALIGN_MEAN',
          crossSeriesReducer: 'REDUCE_SUM',
        },
      ],
      comparison,
      thresholdValue,
      duration,
      evaluationMissingData: 'EVALUATION_MISSING_DATA_NO_OP',
    };
  }

  /** Each change of a machine's health is a line of the log; there is no metric of it. */
  private unready(): Alert {
    return {
      severity: 'WARNING',
      condition: {
        conditionMatchedLog: {
          filter: [
            'log_id("compute.googleapis.com/healthchecks")',
            'resource.type="gce_instance_group"',
            `resource.labels.instance_group_name="${this.props.group.name}"`,
            'jsonPayload.healthCheckProbeResult.healthState="UNHEALTHY"',
            // A machine that is told to stop says so for some seconds; only those that do not answer are news.
            'jsonPayload.healthCheckProbeResult.detailedHealthState="TIMEOUT"',
          ].join(' AND '),
        },
      },
      text: 'A machine stopped answering and will be replaced. Once is chance; several are a release or a zone.',
    };
  }

  private alert(name: string, { severity, condition, text }: Alert): void {
    const { fleet, region } = this.props;
    const displayName = nameOf.gcp(fleet, region.id, name);
    const isLog = condition.conditionMatchedLog !== undefined;
    new MonitoringAlertPolicy(this, name, {
      displayName,
      combiner: 'OR',
      severity,
      conditions: [{ displayName, ...condition }],
      notificationChannels: [this.channel],
      // Alerts on logs must be limited, and others may not be.
      alertStrategy: {
        autoClose: '1800s',
        ...(isLog ? { notificationRateLimit: { period: '900s' } } : {}),
      },
      userLabels: this.userLabels,
      documentation: { content: text, mimeType: 'text/markdown' },
    });
  }
}
