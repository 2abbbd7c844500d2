// Where clinicians open the pages: a distribution near them, behind a firewall, in front of whichever region answers.
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import type { App } from 'cdktf';
import type { Fleet } from '../fleet/fleet.ts';
import { apiName } from '../fleet/records.ts';
import { EncryptionKey } from './constructs/aws/encryption-key.ts';
import { RegionCertificate } from './constructs/aws/region-certificate.ts';
import { PagesDistribution } from './constructs/edge/pages-distribution.ts';
import { PagesFirewall } from './constructs/edge/pages-firewall.ts';
import { PagesLog } from './constructs/edge/pages-log.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { awsProvider } from './providers.ts';

/** CloudFront serves from everywhere, and keeps its certificates, firewalls and logs here only. */
const controlPlane = 'us-east-1';

export const pagesName = ({ zone }: Fleet): string => `pages.${zone}`;

/** Nobody needs it to reach the service: when the edge or its control plane is out, `api.<zone>` still answers. */
export class EdgeStack extends FleetStack {
  constructor(app: App, fleet: Fleet) {
    super(app, 'edge', fleet, { cloud: 'aws' });
    awsProvider(this, controlPlane);
    const { accountId } = new DataAwsCallerIdentity(this, 'account');
    const { zoneId } = new DataAwsRoute53Zone(this, 'zone', { name: fleet.zone });
    const place = { fleet, accountId, location: controlPlane, keyArn: this.logKey(accountId) };
    const firewall = new PagesFirewall(this, 'firewall', place);
    const distribution = new PagesDistribution(this, 'distribution', {
      name: pagesName(fleet),
      origin: apiName(fleet),
      certificateArn: this.certificate(zoneId),
      firewallArn: firewall.arn,
    });
    new PagesLog(this, 'log', { ...place, distributionId: distribution.distributionId });
    for (const type of ['A', 'AAAA'])
      new Route53Record(this, `pages-${type.toLowerCase()}`, {
        zoneId,
        name: pagesName(fleet),
        type,
        alias: { ...distribution.alias, evaluateTargetHealth: false },
      });
    this.publish('pages_domain', pagesName(fleet), 'Where clinicians open the pages');
  }

  private logKey(accountId: string): string {
    return new EncryptionKey(this, 'log-key', {
      alias: nameOf.aws(this.fleet, 'edge'),
      description: 'Encrypts the logs of the pages',
      accountId,
      services: [`logs.${controlPlane}.amazonaws.com`],
      isProtected: this.fleet.estate.protectsData,
    }).arn;
  }

  private certificate(zoneId: string): string {
    return new RegionCertificate(this, 'certificate', { names: [pagesName(this.fleet)], zoneId })
      .arn;
  }
}
