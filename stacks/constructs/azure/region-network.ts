// A region's network on Azure: machines without public addresses, private doors to the storage and the vault, and a way out.
import { NatGateway } from '@cdktf/provider-azurerm/lib/nat-gateway/index.js';
import { NatGatewayPublicIpAssociation } from '@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association/index.js';
import { PublicIp } from '@cdktf/provider-azurerm/lib/public-ip/index.js';
import { SubnetNatGatewayAssociation } from '@cdktf/provider-azurerm/lib/subnet-nat-gateway-association/index.js';
import { Subnet } from '@cdktf/provider-azurerm/lib/subnet/index.js';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { subnetOf } from '../../../fleet/cidr.ts';
import { nameOf } from '../../names.ts';
import { servicePort } from '../service-profile.ts';
import { within, zones } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';
import { SecurityGroup } from './security-group.ts';
import type { AllowedFlow } from './security-group.ts';

export class RegionNetwork extends Construct {
  readonly network: VirtualNetwork;
  readonly machines: Subnet;
  readonly endpoints: Subnet;
  readonly securityGroups: readonly SecurityGroup[];
  /** Machines that start before their rules and their way out are there would wait in vain. */
  readonly isReady: readonly ITerraformDependable[];
  private readonly place: RegionPlace;

  constructor(scope: Construct, id: string, { place }: { readonly place: RegionPlace }) {
    super(scope, id);
    this.place = place;
    const { fleet, region } = place;
    this.network = new VirtualNetwork(this, 'network', {
      name: nameOf.azure(fleet, region.id),
      ...within(place),
      addressSpace: [region.network],
    });
    // 4,091 addresses, of which a machine takes one for each public address of the region.
    const machinesRange = subnetOf(region.network, 20, 0);
    const endpointsRange = subnetOf(region.network, 24, 16);
    this.machines = this.subnet('machines', machinesRange);
    this.endpoints = this.subnet('endpoints', endpointsRange);
    const groups = [
      this.machineRules(machinesRange, endpointsRange),
      this.endpointRules(machinesRange, endpointsRange),
    ];
    this.securityGroups = groups;
    this.isReady = [...groups.map(({ association }) => association), ...this.wayOut()];
  }

  private subnet(part: string, range: string): Subnet {
    const { fleet, region, group } = this.place;
    return new Subnet(this, part, {
      name: nameOf.azure(fleet, region.id, part),
      resourceGroupName: group.name,
      virtualNetworkName: this.network.name,
      addressPrefixes: [range],
      // Else machines would get a public address of Azure's choosing to go out by.
      defaultOutboundAccessEnabled: false,
      // Else rules do not hold for private endpoints.
      privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled',
    });
  }

  /**
   * The balancer passes connections through with the client's address, so the subnet itself is open to the Internet, on the
   * service's port only. There is no rule for port 22 or 3389, and no bastion: a sick machine is replaced, and its logs are kept.
   */
  private machineRules(machines: string, endpoints: string): SecurityGroup {
    return this.securityGroup('machines', this.machines, [
      {
        name: 'requests',
        description: 'Requests, which the balancer passes on from port 443',
        direction: 'Inbound',
        from: 'Internet',
        to: machines,
        port: servicePort,
      },
      {
        name: 'probes',
        description: 'Readiness probes of the balancer',
        direction: 'Inbound',
        from: 'AzureLoadBalancer',
        to: machines,
        port: servicePort,
      },
      {
        name: 'endpoints',
        description: 'Object storage and the vault, by their private endpoints',
        direction: 'Outbound',
        from: machines,
        to: endpoints,
        port: 443,
      },
      {
        name: 'https',
        description: 'Security updates; metadata and DNS are not subject to rules',
        direction: 'Outbound',
        from: machines,
        to: 'Internet',
        port: 443,
      },
    ]);
  }

  private endpointRules(machines: string, endpoints: string): SecurityGroup {
    return this.securityGroup('endpoints', this.endpoints, [
      {
        name: 'machines',
        description: 'From the machines',
        direction: 'Inbound',
        from: machines,
        to: endpoints,
        port: 443,
      },
    ]);
  }

  private securityGroup(
    part: string,
    subnet: Subnet,
    allowed: readonly AllowedFlow[],
  ): SecurityGroup {
    const { fleet, region } = this.place;
    return new SecurityGroup(this, `${part}-rules`, {
      place: this.place,
      name: nameOf.azure(fleet, region.id, part),
      subnetId: subnet.id,
      allowed,
    });
  }

  /** A gateway stands in one zone; releases and certificates come by the private endpoints, so answering does not depend on it. */
  private wayOut(): readonly ITerraformDependable[] {
    const { fleet, region } = this.place;
    const name = nameOf.azure(fleet, region.id, 'out');
    const address = new PublicIp(this, 'nat-address', {
      name,
      ...within(this.place),
      sku: 'Standard',
      allocationMethod: 'Static',
      zones,
    });
    const gateway = new NatGateway(this, 'nat', {
      name,
      ...within(this.place),
      skuName: 'Standard',
      idleTimeoutInMinutes: 4,
    });
    return [
      new NatGatewayPublicIpAssociation(this, 'nat-public', {
        natGatewayId: gateway.id,
        publicIpAddressId: address.id,
      }),
      new SubnetNatGatewayAssociation(this, 'nat-subnet', {
        natGatewayId: gateway.id,
        subnetId: this.machines.id,
      }),
    ];
  }
}
