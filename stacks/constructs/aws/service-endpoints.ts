// Doors to AWS's own services inside the network: what machines need most goes on without the internet.
import { DataAwsEc2ManagedPrefixList } from '@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list/index.js';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import { Construct } from 'constructs';
import type { RegionNetwork } from './region-network.ts';

interface Props {
  readonly name: string;
  readonly location: string;
  readonly network: RegionNetwork;
  readonly cidr: string;
  readonly accountId: string;
  /** AWS services by the names of their endpoints, e.g. `kms`, `ecr.api`. */
  readonly services: readonly string[];
}

/** These two are routes rather than network interfaces, and cost nothing. */
const gateways = ['s3', 'dynamodb'] as const;

export class ServiceEndpoints extends Construct {
  private readonly props: Props;
  private readonly group: SecurityGroup;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    for (const service of gateways)
      new VpcEndpoint(this, service, {
        vpcId: props.network.vpc.id,
        serviceName: this.serviceName(service),
        vpcEndpointType: 'Gateway',
        routeTableIds: props.network.privateRouteTables.map((table) => table.id),
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            // Nor can anybody's keys carry data into somebody else's account.
            this.thisAccountOnly(['aws:PrincipalAccount', 'aws:ResourceAccount']),
            ...(service === 's3' ? [this.ofAws()] : []),
          ],
        }),
        tags: { Name: `${props.name}-${service}` },
      });
    this.group = this.securityGroup();
    for (const service of props.services)
      new VpcEndpoint(this, service.replaceAll('.', '-'), {
        vpcId: props.network.vpc.id,
        serviceName: this.serviceName(service),
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: props.network.privateSubnets.map((subnet) => subnet.id),
        securityGroupIds: [this.group.id],
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [this.thisAccountOnly(['aws:PrincipalAccount'])],
        }),
        tags: { Name: `${props.name}-${service}` },
      });
  }

  /** Machines that need nothing but AWS's services and their own buckets: nothing carries what they hold anywhere else. */
  openTo(machines: SecurityGroup): void {
    const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
    new VpcSecurityGroupEgressRule(this, 'machines-to-endpoints', {
      securityGroupId: machines.id,
      description: 'Endpoints of AWS services',
      referencedSecurityGroupId: this.group.id,
      ...https,
    });
    const s3 = new DataAwsEc2ManagedPrefixList(this, 's3-addresses', {
      name: this.serviceName('s3'),
    });
    new VpcSecurityGroupEgressRule(this, 'machines-to-s3', {
      securityGroupId: machines.id,
      description: 'S3, through its gateway',
      prefixListId: s3.id,
      ...https,
    });
  }

  private serviceName(service: string): string {
    return `com.amazonaws.${this.props.location}.${service}`;
  }

  private securityGroup(): SecurityGroup {
    const { name, network, cidr } = this.props;
    const group = new SecurityGroup(this, 'group', {
      name: `${name}-endpoints`,
      description: 'Endpoints of AWS services',
      vpcId: network.vpc.id,
    });
    new VpcSecurityGroupIngressRule(this, 'from-network', {
      securityGroupId: group.id,
      description: 'TLS from this network',
      cidrIpv4: cidr,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    return group;
  }

  /** A ceiling that grants nothing: keys of somebody else's account cannot be used from in here to carry data away. */
  private thisAccountOnly(keys: readonly string[]): object {
    return {
      Effect: 'Allow',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: {
        StringEquals: Object.fromEntries(keys.map((key) => [key, this.props.accountId])),
      },
    };
  }

  /** Packages of Amazon Linux, and the layers that its image registry keeps in S3. */
  private ofAws(): object {
    const { location } = this.props;
    return {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: [
        `arn:aws:s3:::al2023-repos-${location}-de612dc2/*`,
        `arn:aws:s3:::prod-${location}-starport-layer-bucket/*`,
      ],
    };
  }
}
