// The hosted zone: delegated by the registrar once, and kept apart from the records in it (docs/adr/0008).
import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy/index.js';
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { Route53QueryLog } from '@cdktf/provider-aws/lib/route53-query-log/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone/index.js';
import type { App } from 'cdktf';
import type { Fleet } from '../fleet/fleet.ts';
import { EncryptionKey } from './constructs/aws/encryption-key.ts';
import { logGroup } from './constructs/aws/log-group.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { awsProvider } from './providers.ts';

/** Route 53's control plane, and the only place that query logs can be written to. */
const controlPlane = 'us-east-1';
const caaTtlSeconds = 3_600;
/** Who may issue for these names: AWS, Google, and the ACME authority of the Azure regions; nobody else (RFC 8659). */
const certificateAuthorities = ['amazon.com', 'pki.goog', 'letsencrypt.org'];

/**
 * Not signed with DNSSEC: the DS record at the registrar is set by hand, a wrong or forgotten one makes every name fail for every
 * validating resolver, and the failover of Route 53's own health checks does not depend on it.
 */
export class ZoneStack extends FleetStack {
  constructor(app: App, fleet: Fleet) {
    super(app, 'zone', fleet, { cloud: 'aws', holdsData: true });
    awsProvider(this, controlPlane);
    const { protectsData } = fleet.estate;
    const zone = new Route53Zone(this, 'zone', {
      name: fleet.zone,
      comment: `Evenkeel ${fleet.environment}`,
      forceDestroy: !protectsData,
      ...(protectsData ? { lifecycle: { preventDestroy: true } } : {}),
    });
    new Route53Record(this, 'certificate-authorities', {
      zoneId: zone.zoneId,
      name: fleet.zone,
      type: 'CAA',
      ttl: caaTtlSeconds,
      records: [...certificateAuthorities.map((name) => `0 issue "${name}"`), '0 issuewild ";"'],
    });
    this.#logQueries(zone);
    this.publish('hosted_zone_id', zone.zoneId, 'The hosted zone');
    this.publish('name_servers', zone.nameServers, 'To be entered at the registrar');
  }

  /** Which resolvers ask for what, and how often: no user's address stands in it but their resolver's. */
  #logQueries(zone: Route53Zone): void {
    const { fleet } = this;
    const { accountId } = new DataAwsCallerIdentity(this, 'account');
    const key = new EncryptionKey(this, 'log-key', {
      alias: nameOf.aws(fleet, 'dns-queries'),
      description: 'Encrypts the log of DNS queries',
      accountId,
      services: [`logs.${controlPlane}.amazonaws.com`],
      isProtected: fleet.estate.protectsData,
    });
    const group = logGroup(this, 'queries', {
      // The prefix that the resource policy below grants to Route 53.
      name: `/aws/route53/${fleet.zone}`,
      keyArn: key.arn,
      retentionDays: fleet.estate.logRetentionDays,
    });
    const permission = new CloudwatchLogResourcePolicy(this, 'queries-permission', {
      policyName: nameOf.aws(fleet, 'dns-queries'),
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'route53.amazonaws.com' },
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: `${group.arn}:*`,
            Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
          },
        ],
      }),
    });
    new Route53QueryLog(this, 'query-log', {
      zoneId: zone.zoneId,
      cloudwatchLogGroupArn: group.arn,
      dependsOn: [permission],
    });
  }
}
