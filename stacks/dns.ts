// The fleet's names: record sets, the health checks behind them, and who may change them. Applies with every region dead.
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import type { App } from 'cdktf';
import type { Deployment, Fleet, Region } from '../fleet/fleet.ts';
import { apiName, peacetimeIntent, planRecords } from '../fleet/records.ts';
import { controllerPolicy } from './constructs/dns/controller-policy.ts';
import { FleetRecords } from './constructs/dns/fleet-records.ts';
import { RegionHealth } from './constructs/dns/region-health.ts';
import { flagBucketOf } from './flag-bucket.ts';
import { FleetStack } from './fleet-stack.ts';
import { awsProvider } from './providers.ts';

/** Where Route 53's control plane is. */
const controlPlane = 'us-east-1';
const validationTtlSeconds = 300;

export class DnsStack extends FleetStack {
  constructor(app: App, fleet: Fleet) {
    super(app, 'dns', fleet, { cloud: 'aws' });
    awsProvider(this, controlPlane);
    const hostedZoneId = this.receive('zone', 'hosted_zone_id', 'The hosted zone');
    const addresses = new Map(
      fleet.regions.map((region) => [region.id, this.#addressesOf(region)] as const),
    );
    const healthCheckIds = Object.fromEntries(
      fleet.regions.map((region) => [
        region.id,
        this.#healthOf(region, addresses.get(region.id) ?? []),
      ]),
    );
    // The same plan as the controllers', made of references to what does not exist yet.
    const deployment: Deployment = {
      hostedZoneId,
      addresses: Object.fromEntries(addresses),
      healthCheckIds,
      nameServers: [],
    };
    const records = planRecords(fleet, deployment, peacetimeIntent(fleet), {
      number: 0,
      by: 'terraform',
    });
    new FleetRecords(this, 'records', { zoneId: hostedZoneId, records });
    for (const region of fleet.regions.filter(({ cloud }) => cloud === 'gcp'))
      this.#validateCertificate(region, hostedZoneId);
    this.publish('health_check_ids', healthCheckIds, 'The check of each region');
    this.publish(
      'controller_policy_arn',
      controllerPolicy(this, fleet, hostedZoneId).arn,
      'What a controller may do in the zone',
    );
    const { accountId } = new DataAwsCallerIdentity(this, 'account');
    this.publish('account_id', accountId, 'The account whose roles the vantages take');
  }

  #addressesOf({ id, addressCount }: Region): readonly string[] {
    return this.receiveList(id, 'addresses', addressCount, `Where ${id} answers`);
  }

  #healthOf(region: Region, addresses: readonly string[]): string {
    const flags = flagBucketOf(this.fleet);
    return new RegionHealth(this, `health-${region.id}`, {
      region,
      addresses,
      serviceName: apiName(this.fleet),
      flag: { host: flags.host, path: flags.pathOf(region.id) },
    }).checkId;
  }

  /** Google issues its certificate when it finds this record; AWS validates in the region's own stack, with the same credentials. */
  #validateCertificate({ id }: Region, zoneId: string): void {
    new Route53Record(this, `certificate-${id}`, {
      zoneId,
      name: this.receive(id, 'certificate_validation_name', 'Where Google looks'),
      type: 'CNAME',
      ttl: validationTtlSeconds,
      records: [this.receive(id, 'certificate_validation_value', 'What Google looks for')],
      // The record belongs to the project: two regions may be given the same one, and the second must not trip over it.
      allowOverwrite: true,
    });
  }
}
