// What is turned away before it reaches a region: known attacks, notorious senders, and whoever asks too often.
import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy/index.js';
import { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl/index.js';
import type { Wafv2WebAclRule } from '@cdktf/provider-aws/lib/wafv2-web-acl/index.js';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration/index.js';
import { Construct } from 'constructs';
import type { Fleet } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { logGroup } from '../aws/log-group.ts';
import { logDelivery } from './log-delivery.ts';

interface Props {
  readonly fleet: Fleet;
  readonly accountId: string;
  readonly location: string;
  readonly keyArn: string;
}

/** A hospital may be one address: about seven requests a second, kept up for five minutes, is no hospital. */
const requestsPerFiveMinutesMax = 2_000;

interface ManagedGroup {
  readonly name: string;
  /** Rules that only count, each because it would refuse a radiograph. */
  readonly counted?: readonly string[];
}

/** By AWS's names, in the order of evaluation. */
const managedGroups: readonly ManagedGroup[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList' },
  // Log4j's and other requests that are attacks whatever they are sent to.
  { name: 'AWSManagedRulesKnownBadInputsRuleSet' },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    counted: [
      // It refuses bodies beyond 8 KB; a radiograph has up to 48 MB, and the service has a limit of its own.
      'SizeRestrictions_BODY',
      // Photographs and DICOM files carry XMP, which is XML and looks like markup; pages escape all they show.
      'CrossSiteScripting_BODY',
    ],
  },
];

export class PagesFirewall extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const name = nameOf.aws(props.fleet, 'pages');
    const firewall = new Wafv2WebAcl(this, 'firewall', {
      name,
      description: 'In front of the pages',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rule: [rateRule(0), ...managedGroups.map((group, i) => managedRule(group, i + 1))],
      visibilityConfig: visibleAs(name),
    });
    this.arn = firewall.arn;
    this.log(name, props);
  }

  /** Refusals only, without what identifies a session: who was let in stands in the distribution's own log. */
  private log(name: string, { fleet, accountId, location, keyArn }: Props): void {
    const group = logGroup(this, 'notes', {
      // WAF delivers to groups of this prefix only.
      name: `aws-waf-logs-${name}`,
      keyArn,
      retentionDays: fleet.estate.logRetentionDays,
    });
    const permission = new CloudwatchLogResourcePolicy(this, 'notes-permission', {
      policyName: `${name}-firewall`,
      policyDocument: logDelivery(group.arn, accountId, location),
    });
    new Wafv2WebAclLoggingConfiguration(this, 'log', {
      resourceArn: this.arn,
      logDestinationConfigs: [group.arn],
      loggingFilter: {
        defaultBehavior: 'DROP',
        filter: [
          {
            behavior: 'KEEP',
            requirement: 'MEETS_ANY',
            condition: [{ actionCondition: { action: 'BLOCK' } }],
          },
        ],
      },
      redactedFields: ['authorization', 'cookie'].map((header) => ({
        singleHeader: { name: header },
      })),
      dependsOn: [permission],
    });
  }
}

const visibleAs = (metricName: string) => ({
  metricName,
  cloudwatchMetricsEnabled: true,
  // Samples are copies of requests, kept for three hours where the log's redaction does not reach.
  sampledRequestsEnabled: false,
});

const rateRule = (priority: number): Wafv2WebAclRule => ({
  name: 'too-often',
  priority,
  action: { block: {} },
  // Untyped in the provider's package: Terraform's own names.
  statement: {
    rate_based_statement: {
      limit: requestsPerFiveMinutesMax,
      evaluation_window_sec: 300,
      aggregate_key_type: 'IP',
    },
  },
  visibilityConfig: visibleAs('too-often'),
});

const managedRule = ({ name, counted = [] }: ManagedGroup, priority: number): Wafv2WebAclRule => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managed_rule_group_statement: {
      vendor_name: 'AWS',
      name,
      ...(counted.length === 0
        ? {}
        : {
            rule_action_override: counted.map((rule) => ({
              name: rule,
              action_to_use: { count: {} },
            })),
          }),
    },
  },
  visibilityConfig: visibleAs(name),
});
