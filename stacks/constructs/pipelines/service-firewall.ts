// A second judge of what reaches the structured service: known attacks end here even if the front should let them pass.
import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy/index.js';
import { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl/index.js';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association/index.js';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { logGroup } from '../aws/log-group.ts';
import { logDelivery } from '../edge/log-delivery.ts';
import type { PipelinePlace } from './pipeline-place.ts';

/** The front lets 20 a second through, and its few instances share few addresses. */
const requestsPerFiveMinutesMax = 10_000;

const visibleAs = (metricName: string) => ({
  metricName,
  cloudwatchMetricsEnabled: true,
  // Samples are copies of requests, which hold measurements of patients.
  sampledRequestsEnabled: false,
});

export class ServiceFirewall extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { place, balancerArn }: { readonly place: PipelinePlace; readonly balancerArn: string },
  ) {
    super(scope, id);
    const name = nameOf.aws(place.fleet, 'pipelines');
    const firewall = new Wafv2WebAcl(this, 'firewall', {
      name,
      description: 'In front of the service for structured data',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rule: [
        {
          name: 'too-often',
          priority: 0,
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
        },
        {
          name: 'known-bad-inputs',
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managed_rule_group_statement: {
              vendor_name: 'AWS',
              name: 'AWSManagedRulesKnownBadInputsRuleSet',
            },
          },
          visibilityConfig: visibleAs('known-bad-inputs'),
        },
      ],
      visibilityConfig: visibleAs(name),
    });
    new Wafv2WebAclAssociation(this, 'association', {
      resourceArn: balancerArn,
      webAclArn: firewall.arn,
    });
    this.log(name, firewall.arn, place);
  }

  private log(name: string, firewallArn: string, place: PipelinePlace): void {
    const group = logGroup(this, 'notes', {
      // WAF delivers to groups of this prefix only.
      name: `aws-waf-logs-${name}`,
      keyArn: place.keyArn,
      retentionDays: place.fleet.estate.logRetentionDays,
    });
    const permission = new CloudwatchLogResourcePolicy(this, 'notes-permission', {
      policyName: `${name}-firewall`,
      policyDocument: logDelivery(group.arn, place.accountId, place.region.location),
    });
    new Wafv2WebAclLoggingConfiguration(this, 'log', {
      resourceArn: firewallArn,
      logDestinationConfigs: [group.arn],
      redactedFields: [{ singleHeader: { name: 'authorization' } }],
      dependsOn: [permission],
    });
  }
}
