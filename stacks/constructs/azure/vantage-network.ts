// The network of a vantage on Azure: out by an address of its own, in for the other vantages only.
import { NatGateway } from '@cdktf/provider-azurerm/lib/nat-gateway/index.js';
import { NatGatewayPublicIpAssociation } from '@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association/index.js';
import { NetworkSecurityRule } from '@cdktf/provider-azurerm/lib/network-security-rule/index.js';
import { PublicIp } from '@cdktf/provider-azurerm/lib/public-ip/index.js';
import { Subnet } from '@cdktf/provider-azurerm/lib/subnet/index.js';
import { SubnetNatGatewayAssociation } from '@cdktf/provider-azurerm/lib/subnet-nat-gateway-association/index.js';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network/index.js';
import type { ITerraformDependable, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { controllerPort, livenessPort } from '../../vantage-program.ts';
import { within, zones } from './region-place.ts';
import type { Place } from './region-place.ts';
import { SecurityGroup } from './security-group.ts';
import type { AllowedFlow } from './security-group.ts';

interface Props {
  readonly place: Place;
  readonly range: string;
  readonly peers: readonly { readonly id: string; readonly variable: TerraformVariable }[];
}

const firstPeerPriority = 1_000;

export class VantageNetwork extends Construct {
  readonly networkId: string;
  readonly subnet: Subnet;
  readonly egressAddress: string;
  readonly isReady: readonly ITerraformDependable[];
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { place, range } = props;
    const name = nameOf.azure(place.fleet, place.region.id);
    const network = new VirtualNetwork(this, 'network', {
      name,
      ...within(place),
      addressSpace: [range],
    });
    this.networkId = network.id;
    this.subnet = new Subnet(this, 'machine', {
      name,
      resourceGroupName: place.group.name,
      virtualNetworkName: network.name,
      addressPrefixes: [range],
      defaultOutboundAccessEnabled: false,
      // By which the storage of its releases knows this network.
      serviceEndpoints: ['Microsoft.Storage'],
    });
    const rules = new SecurityGroup(this, 'rules', {
      place,
      name,
      subnetId: this.subnet.id,
      allowed: flows(range),
    });
    this.letPeersIn(name, rules);
    const { address, parts } = this.wayOut();
    this.egressAddress = address;
    this.isReady = [rules.association, ...parts];
  }

  private letPeersIn(securityGroupName: string, rules: SecurityGroup): void {
    const { place, range, peers } = this.props;
    for (const [i, { id, variable }] of peers.entries()) {
      const rule = new NetworkSecurityRule(this, `from-${id}`, {
        name: `from-${id}`,
        description: `Observations to ${id}`,
        resourceGroupName: place.group.name,
        networkSecurityGroupName: securityGroupName,
        direction: 'Inbound',
        priority: firstPeerPriority + 10 * i,
        access: 'Allow',
        protocol: 'Tcp',
        sourceAddressPrefix: variable.stringValue,
        sourcePortRange: '*',
        destinationAddressPrefix: range,
        destinationPortRange: String(controllerPort),
        dependsOn: [rules.association],
      });
      rule.addOverride('count', `\${${variable.fqn} == "" ? 0 : 1}`);
    }
  }

  private wayOut(): { readonly address: string; readonly parts: readonly ITerraformDependable[] } {
    const { place } = this.props;
    const name = nameOf.azure(place.fleet, place.region.id, 'out');
    const address = new PublicIp(this, 'out-address', {
      name,
      ...within(place),
      sku: 'Standard',
      allocationMethod: 'Static',
      zones,
    });
    const gateway = new NatGateway(this, 'nat', { name, ...within(place), skuName: 'Standard' });
    const parts = [
      new NatGatewayPublicIpAssociation(this, 'nat-public', {
        natGatewayId: gateway.id,
        publicIpAddressId: address.id,
      }),
      new SubnetNatGatewayAssociation(this, 'nat-subnet', {
        natGatewayId: gateway.id,
        subnetId: this.subnet.id,
      }),
    ];
    return { address: address.ipAddress, parts };
  }
}

const flows = (range: string): readonly AllowedFlow[] => [
  {
    name: 'probes',
    description: 'Health probes of the balancer',
    direction: 'Inbound',
    from: 'AzureLoadBalancer',
    to: range,
    port: livenessPort,
  },
  {
    name: 'https',
    description: 'Regions, Route 53, releases',
    direction: 'Outbound',
    from: range,
    to: 'Internet',
    port: 443,
  },
  {
    name: 'peers',
    description: 'The other vantages',
    direction: 'Outbound',
    from: range,
    to: 'Internet',
    port: controllerPort,
  },
  {
    name: 'dns',
    description: 'Name servers, asked directly',
    direction: 'Outbound',
    from: range,
    to: 'Internet',
    port: 53,
    protocol: 'Udp',
  },
  {
    name: 'dns-tcp',
    description: 'Name servers, where an answer is long',
    direction: 'Outbound',
    from: range,
    to: 'Internet',
    port: 53,
  },
];
