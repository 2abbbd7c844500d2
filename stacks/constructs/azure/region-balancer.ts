// A region's front on Azure: static addresses in all zones, whose connections the balancer passes to machines that say they are ready.
import { LbBackendAddressPool } from '@cdktf/provider-azurerm/lib/lb-backend-address-pool/index.js';
import { LbProbe } from '@cdktf/provider-azurerm/lib/lb-probe/index.js';
import { LbRule } from '@cdktf/provider-azurerm/lib/lb-rule/index.js';
import { Lb } from '@cdktf/provider-azurerm/lib/lb/index.js';
import { PublicIp } from '@cdktf/provider-azurerm/lib/public-ip/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { readinessPath, servicePort } from '../service-profile.ts';
import { within, zones } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';

/** Five seconds is the shortest interval Azure takes. */
const probe = { intervalSeconds: 5, failures: 2 };

/** What a machine must wait between "not ready" and closing its port: all probes that still find it, and a second more. */
export const drainWaitSeconds = probe.intervalSeconds * probe.failures + 1;

export class RegionBalancer extends Construct {
  readonly id: string;
  readonly addresses: readonly string[];
  /**
   * One for each public address. Two rules may not lead to the same port of the same pool, so each machine has as many private
   * addresses, one in each pool.
   */
  readonly poolIds: readonly string[];
  private readonly place: RegionPlace;

  constructor(scope: Construct, id: string, { place }: { readonly place: RegionPlace }) {
    super(scope, id);
    this.place = place;
    const publicIps = Array.from({ length: place.region.addressCount }, (_, i) =>
      this.publicIp(i + 1),
    );
    const balancer = new Lb(this, 'balancer', {
      name: nameOf.azure(place.fleet, place.region.id),
      ...within(place),
      sku: 'Standard',
      skuTier: 'Regional',
      frontendIpConfiguration: publicIps.map(({ id: publicIpAddressId }, i) => ({
        name: frontName(i + 1),
        publicIpAddressId,
      })),
    });
    this.id = balancer.id;
    this.addresses = publicIps.map(({ ipAddress }) => ipAddress);
    const readiness = new LbProbe(this, 'readiness', {
      name: 'readiness',
      loadbalancerId: balancer.id,
      protocol: 'Https',
      port: servicePort,
      requestPath: readinessPath,
      intervalInSeconds: probe.intervalSeconds,
      probeThreshold: probe.failures,
      numberOfProbes: probe.failures,
    });
    this.poolIds = publicIps.map((_, i) => this.way(i + 1, balancer.id, readiness.id));
  }

  private publicIp(number: number): PublicIp {
    const { fleet, region } = this.place;
    return new PublicIp(this, `address-${number}`, {
      name: nameOf.azure(fleet, region.id, String(number)),
      ...within(this.place),
      sku: 'Standard',
      allocationMethod: 'Static',
      zones,
      lifecycle: { preventDestroy: fleet.estate.protectsData },
    });
  }

  private way(number: number, loadbalancerId: string, probeId: string): string {
    const name = frontName(number);
    const pool = new LbBackendAddressPool(this, `pool-${number}`, { name, loadbalancerId });
    new LbRule(this, `rule-${number}`, {
      name,
      loadbalancerId,
      probeId,
      backendAddressPoolIds: [pool.id],
      frontendIpConfigurationName: name,
      protocol: 'Tcp',
      frontendPort: this.place.region.port,
      backendPort: servicePort,
      idleTimeoutInMinutes: 4,
      // A client hears of a dropped connection instead of waiting for an answer.
      tcpResetEnabled: true,
      // Machines go out by the NAT gateway; these addresses are for coming in.
      disableOutboundSnat: true,
    });
    return pool.id;
  }
}

const frontName = (number: number) => `public-${number}`;
