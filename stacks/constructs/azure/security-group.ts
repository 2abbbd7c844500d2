// The rules at the edge of a subnet on Azure: what is allowed, and after it, written down, that nothing else is.
import { NetworkSecurityGroup } from '@cdktf/provider-azurerm/lib/network-security-group/index.js';
import { NetworkSecurityRule } from '@cdktf/provider-azurerm/lib/network-security-rule/index.js';
import { SubnetNetworkSecurityGroupAssociation } from '@cdktf/provider-azurerm/lib/subnet-network-security-group-association/index.js';
import { Construct } from 'constructs';
import { within } from './region-place.ts';
import type { Place } from './region-place.ts';

export interface AllowedFlow {
  readonly name: string;
  readonly description: string;
  readonly direction: 'Inbound' | 'Outbound';
  /** CIDR or one of Azure's service tags. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** @default 'Tcp' */
  readonly protocol?: 'Tcp' | 'Udp';
}

interface Props {
  readonly place: Place;
  readonly name: string;
  readonly subnetId: string;
  readonly allowed: readonly AllowedFlow[];
}

/** Before Azure's own rules (65000 and above), which would let the whole network and every balancer in. */
const lastPriority = 4_096;
const firstPriority = 100;

export class SecurityGroup extends Construct {
  readonly id: string;
  readonly association: SubnetNetworkSecurityGroupAssociation;
  private readonly place: Place;
  private readonly groupName: string;

  constructor(scope: Construct, id: string, { place, name, subnetId, allowed }: Props) {
    super(scope, id);
    const group = new NetworkSecurityGroup(this, 'group', { name, ...within(place) });
    this.id = group.id;
    this.place = place;
    this.groupName = group.name;
    for (const [i, flow] of allowed.entries()) this.allow(flow, firstPriority + 10 * i);
    for (const direction of ['Inbound', 'Outbound'] as const) this.denyRest(direction);
    this.association = new SubnetNetworkSecurityGroupAssociation(this, 'association', {
      subnetId,
      networkSecurityGroupId: group.id,
    });
  }

  private allow(flow: AllowedFlow, priority: number) {
    const { name, description, direction, from, to, port, protocol = 'Tcp' } = flow;
    new NetworkSecurityRule(this, name, {
      ...this.rule(name),
      description,
      direction,
      priority,
      access: 'Allow',
      protocol,
      sourceAddressPrefix: from,
      sourcePortRange: '*',
      destinationAddressPrefix: to,
      destinationPortRange: String(port),
    });
  }

  private denyRest(direction: 'Inbound' | 'Outbound') {
    const name = `rest-${direction.toLowerCase()}`;
    new NetworkSecurityRule(this, name, {
      ...this.rule(name),
      description: 'Everything else',
      direction,
      priority: lastPriority,
      access: 'Deny',
      protocol: '*',
      sourceAddressPrefix: '*',
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: '*',
    });
  }

  private rule(name: string) {
    return {
      name,
      resourceGroupName: this.place.group.name,
      networkSecurityGroupName: this.groupName,
    };
  }
}
