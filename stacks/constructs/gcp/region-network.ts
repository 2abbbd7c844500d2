// A region's network on Google Cloud: one subnet for machines without public addresses, one for the balancer's proxies, and a way out.
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network/index.js';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router/index.js';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat/index.js';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { subnetOf } from '../../../fleet/cidr.ts';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class RegionNetwork extends Construct {
  readonly network: ComputeNetwork;
  readonly machines: ComputeSubnetwork;
  /** Where the balancer's proxies stand: a regional application balancer needs one such subnet in its network, and requests come from there. */
  readonly proxies: ComputeSubnetwork;
  readonly machinesRange: string;
  readonly proxiesRange: string;

  constructor(scope: Construct, id: string, { fleet, region, dependsOn }: Props) {
    super(scope, id);
    const name = nameOf.gcp(fleet, region.id);
    // 4,092 addresses for at most some dozens of machines, a surge of as many, and Spark's clusters.
    this.machinesRange = subnetOf(region.network, 20, 0);
    // A /23 is what Google advises, a /26 the least it accepts; each proxy takes one address.
    this.proxiesRange = subnetOf(region.network, 23, 8);
    this.network = new ComputeNetwork(this, 'network', {
      name,
      description: `Region ${region.id}`,
      autoCreateSubnetworks: false,
      routingMode: 'REGIONAL',
      dependsOn: [...dependsOn],
    });
    this.machines = new ComputeSubnetwork(this, 'machines', {
      name: nameOf.gcp(fleet, region.id, 'machines'),
      network: this.network.id,
      region: region.location,
      ipCidrRange: this.machinesRange,
      // Google's own APIs are reached without the NAT, so object storage and logs do not depend on it.
      privateIpGoogleAccess: true,
      stackType: 'IPV4_ONLY',
      logConfig: {
        aggregationInterval: 'INTERVAL_1_MIN',
        flowSampling: 0.5,
        metadata: 'INCLUDE_ALL_METADATA',
      },
    });
    // Flow logs do not exist for this purpose; the balancer's own log names every request.
    this.proxies = new ComputeSubnetwork(this, 'proxies', {
      name: nameOf.gcp(fleet, region.id, 'proxies'),
      network: this.network.id,
      region: region.location,
      ipCidrRange: this.proxiesRange,
      purpose: 'REGIONAL_MANAGED_PROXY',
      role: 'ACTIVE',
    });
    this.addWayOut(name, region);
  }

  private addWayOut(name: string, region: Region): void {
    const router = new ComputeRouter(this, 'router', {
      name,
      network: this.network.id,
      region: region.location,
    });
    new ComputeRouterNat(this, 'nat', {
      name,
      router: router.name,
      region: region.location,
      natIpAllocateOption: 'AUTO_ONLY',
      sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
      subnetwork: [{ name: this.machines.id, sourceIpRangesToNat: ['PRIMARY_IP_RANGE'] }],
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    });
  }
}
