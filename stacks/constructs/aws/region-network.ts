// The network of one AWS region over three zones: balancers stand in public subnets, everything that computes in private ones.
import { Construct } from 'constructs';
import { Fn } from 'cdktf';
import { DataAwsAvailabilityZones } from '@cdktf/provider-aws/lib/data-aws-availability-zones/index.js';
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group/index.js';
import { Eip } from '@cdktf/provider-aws/lib/eip/index.js';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway/index.js';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway/index.js';
import { Route } from '@cdktf/provider-aws/lib/route/index.js';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table/index.js';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association/index.js';
import { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js';
import { Vpc } from '@cdktf/provider-aws/lib/vpc/index.js';
import { subnetOf } from '../../../fleet/cidr.ts';

interface Props {
  readonly name: string;
  /** CIDR, at most /24. */
  readonly network: string;
  readonly zoneCount: number;
  /** One address translator in each zone outlives any zone; one for all is a third of the cost. */
  readonly natPerZone: boolean;
}

const anywhere = '0.0.0.0/0';

export class RegionNetwork extends Construct {
  readonly vpc: Vpc;
  readonly publicSubnets: readonly Subnet[];
  readonly privateSubnets: readonly Subnet[];
  readonly privateRouteTables: readonly RouteTable[];
  /** Where machines without an address of their own come from. */
  readonly egressAddresses: readonly string[];
  private readonly props: Props;
  private readonly zones: DataAwsAvailabilityZones;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    this.vpc = new Vpc(this, 'vpc', {
      cidrBlock: props.network,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: props.name },
    });
    // The group that everything gets which names none: it lets nothing in and nothing out.
    new DefaultSecurityGroup(this, 'closed', { vpcId: this.vpc.id });
    this.zones = new DataAwsAvailabilityZones(this, 'zones', {
      state: 'available',
      filter: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
    });
    this.publicSubnets = this.subnets('public', 0);
    this.privateSubnets = this.subnets('private', 1);
    const addresses = this.translatorAddresses();
    this.egressAddresses = addresses.map((address) => address.publicIp);
    const outward = this.routeOutward();
    this.privateRouteTables = this.routePrivate(this.translators(addresses, outward));
  }

  /** The first half of the network for public subnets, the second for private ones, each half in quarters. */
  private subnets(kind: 'public' | 'private', half: 0 | 1): readonly Subnet[] {
    const { network, zoneCount, name } = this.props;
    const prefix = Number(network.split('/')[1]);
    const part = subnetOf(network, prefix + 1, half);
    return Array.from(
      { length: zoneCount },
      (_, i) =>
        new Subnet(this, `${kind}-${i}`, {
          vpcId: this.vpc.id,
          availabilityZone: Fn.element(this.zones.names, i) as string,
          cidrBlock: subnetOf(part, prefix + 3, i),
          mapPublicIpOnLaunch: false,
          // A zone that AWS adds may come earlier in the list; it must not move, and so replace, what stands already.
          lifecycle: { ignoreChanges: ['availability_zone'] },
          tags: { Name: `${name}-${kind}-${i}` },
        }),
    );
  }

  private translatorAddresses(): readonly Eip[] {
    const { natPerZone, zoneCount, name } = this.props;
    return Array.from(
      { length: natPerZone ? zoneCount : 1 },
      (_, i) =>
        new Eip(this, `egress-${i}`, { domain: 'vpc', tags: { Name: `${name}-egress-${i}` } }),
    );
  }

  private routeOutward(): InternetGateway {
    const gateway = new InternetGateway(this, 'gateway', { vpcId: this.vpc.id });
    const table = new RouteTable(this, 'public-routes', { vpcId: this.vpc.id });
    new Route(this, 'public-default', {
      routeTableId: table.id,
      destinationCidrBlock: anywhere,
      gatewayId: gateway.id,
    });
    this.publicSubnets.forEach(
      (subnet, i) =>
        new RouteTableAssociation(this, `public-routes-${i}`, {
          subnetId: subnet.id,
          routeTableId: table.id,
        }),
    );
    return gateway;
  }

  private translators(addresses: readonly Eip[], outward: InternetGateway): readonly NatGateway[] {
    return addresses.map(
      (address, i) =>
        new NatGateway(this, `nat-${i}`, {
          allocationId: address.allocationId,
          subnetId: this.publicSubnets[i]?.id ?? '',
          dependsOn: [outward],
        }),
    );
  }

  private routePrivate(translators: readonly NatGateway[]): readonly RouteTable[] {
    return this.privateSubnets.map((subnet, i) => {
      const table = new RouteTable(this, `private-${i}-routes`, { vpcId: this.vpc.id });
      new Route(this, `private-${i}-default`, {
        routeTableId: table.id,
        destinationCidrBlock: anywhere,
        natGatewayId: translators[i % translators.length]?.id ?? '',
      });
      new RouteTableAssociation(this, `private-${i}-association`, {
        subnetId: subnet.id,
        routeTableId: table.id,
      });
      return table;
    });
  }
}
