// Route 53's own judgement of one region: it leads users away when no controller and no control plane can.
import { Construct } from 'constructs';
import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check/index.js';
import type { Region } from '../../../fleet/fleet.ts';

export interface RegionHealthSettings {
  readonly region: Region;
  /** The region's own addresses; Terraform references. */
  readonly addresses: readonly string[];
  /** Sent as SNI and Host: what users ask for. */
  readonly serviceName: string;
  /** Where an operator raises this region's flag, e.g. { host: 'b.s3.eu-west-1.amazonaws.com', path: '/flags/x' }. */
  readonly flag: { readonly host: string; readonly path: string };
}

/** Every 10 s from each place: Route 53's fast checks. Three in a row, so about 30 s. */
const pace = { requestInterval: 10, failureThreshold: 3 };
/** At least three are asked for; these stand on three continents, so that no single backbone is the judge. */
const checkerPlaces = ['eu-west-1', 'us-east-1', 'us-west-2', 'ap-northeast-1'];

/**
 * Healthy while some address answers and no flag is raised. One calculated check can only count its children, so each of
 * the n address checks is matched by a flag check, and n + 1 of the 2n must be healthy:
 *
 * | addresses that answer | flag                  | healthy children | region    |
 * |-----------------------|-----------------------|------------------|-----------|
 * | 1 to n                | not there             | n + 1 to 2n      | healthy   |
 * | none                  | not there             | n                | unhealthy |
 * | 1 to n                | raised                | 1 to n           | unhealthy |
 * | 1 to n                | its bucket is dead    | n + 1 to 2n      | healthy   |
 *
 * A flag check is inverted: finding the object is bad, and finding nothing, or nobody who answers, is good.
 */
export class RegionHealth extends Construct {
  readonly checkId: string;

  constructor(scope: Construct, id: string, settings: RegionHealthSettings) {
    super(scope, id);
    const { region, addresses, serviceName, flag } = settings;
    const answers = addresses.map(
      (ipAddress, i) =>
        new Route53HealthCheck(this, `address-${i}`, {
          type: 'HTTPS',
          ipAddress,
          port: 443,
          fqdn: serviceName,
          enableSni: true,
          resourcePath: '/readyz',
          measureLatency: true,
          regions: checkerPlaces,
          ...pace,
          ...named(`${region.id}-${i}`),
        }),
    );
    const flags = addresses.map(
      (_, i) =>
        new Route53HealthCheck(this, `flag-${i}`, {
          type: 'HTTPS',
          fqdn: flag.host,
          port: 443,
          enableSni: true,
          resourcePath: flag.path,
          invertHealthcheck: true,
          regions: checkerPlaces,
          ...pace,
          ...named(`${region.id}-flag-${i}`),
        }),
    );
    const { id: checkId } = new Route53HealthCheck(this, 'region', {
      type: 'CALCULATED',
      childHealthchecks: [...answers, ...flags].map((check) => check.id),
      childHealthThreshold: addresses.length + 1,
      ...named(region.id),
    });
    this.checkId = checkId;
  }
}

/** What consoles show; a check has no name of its own. */
const named = (name: string) => ({ tags: { Name: name } });
