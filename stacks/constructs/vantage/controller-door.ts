// Where a vantage on AWS is reached: one stable address, open to the other vantages and to nobody else.
import { Eip } from '@cdktf/provider-aws/lib/eip/index.js';
import { Lb } from '@cdktf/provider-aws/lib/lb/index.js';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener/index.js';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group/index.js';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import type { TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { controllerPort, livenessPath, livenessPort } from '../../vantage-program.ts';
import type { RegionNetwork } from '../aws/region-network.ts';

interface Props {
  readonly name: string;
  readonly network: RegionNetwork;
  readonly isProtected: boolean;
  readonly peers: readonly { readonly id: string; readonly variable: TerraformVariable }[];
}

const port = { ipProtocol: 'tcp', fromPort: controllerPort, toPort: controllerPort };

export class ControllerDoor extends Construct {
  readonly address: string;
  readonly machines: SecurityGroup;
  readonly targets: LbTargetGroup;
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { name, network } = props;
    const eip = new Eip(this, 'address', { domain: 'vpc', tags: { Name: name } });
    this.address = eip.publicIp;
    const door = this.securityGroup('door', 'The other vantages to the balancer');
    this.machines = this.securityGroup('machine', 'The machine of the vantage');
    this.letPeersIn(door);
    this.passOn(door);
    const balancer = new Lb(this, 'balancer', {
      name,
      loadBalancerType: 'network',
      internal: false,
      securityGroups: [door.id],
      subnetMapping: [
        { allocationId: eip.allocationId, subnetId: network.publicSubnets[0]?.id ?? '' },
      ],
      // The machine may stand in either zone.
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: props.isProtected,
    });
    this.targets = new LbTargetGroup(this, 'targets', {
      name,
      vpcId: network.vpc.id,
      targetType: 'instance',
      protocol: 'TCP',
      port: controllerPort,
      preserveClientIp: 'false',
      healthCheck: {
        protocol: 'HTTP',
        port: String(livenessPort),
        path: livenessPath,
        matcher: '200',
        interval: 10,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
    new LbListener(this, 'listener', {
      loadBalancerArn: balancer.arn,
      port: controllerPort,
      protocol: 'TCP',
      defaultAction: [{ type: 'forward', targetGroupArn: this.targets.arn }],
    });
  }

  private securityGroup(part: string, description: string): SecurityGroup {
    const { name, network } = this.props;
    return new SecurityGroup(this, part, {
      name: `${name}-${part}`,
      description,
      vpcId: network.vpc.id,
    });
  }

  private letPeersIn(door: SecurityGroup): void {
    for (const { id, variable } of this.props.peers) {
      const rule = new VpcSecurityGroupIngressRule(this, `from-${id}`, {
        securityGroupId: door.id,
        description: `Observations to ${id}`,
        cidrIpv4: `${variable.stringValue}/32`,
        ...port,
      });
      rule.addOverride('count', `\${${variable.fqn} == "" ? 0 : 1}`);
    }
  }

  private passOn(door: SecurityGroup): void {
    new VpcSecurityGroupEgressRule(this, 'to-machine', {
      securityGroupId: door.id,
      description: 'The controller on the machine',
      referencedSecurityGroupId: this.machines.id,
      ...port,
    });
    new VpcSecurityGroupEgressRule(this, 'to-liveness', {
      securityGroupId: door.id,
      description: 'Whether the controller runs',
      referencedSecurityGroupId: this.machines.id,
      ...tcp(livenessPort),
    });
    new VpcSecurityGroupIngressRule(this, 'from-door-liveness', {
      securityGroupId: this.machines.id,
      description: 'Health checks, from the balancer only',
      referencedSecurityGroupId: door.id,
      ...tcp(livenessPort),
    });
    new VpcSecurityGroupIngressRule(this, 'from-door', {
      securityGroupId: this.machines.id,
      description: 'The controller, from the balancer only',
      referencedSecurityGroupId: door.id,
      ...port,
    });
    for (const [part, description, to] of outward)
      new VpcSecurityGroupEgressRule(this, part, {
        securityGroupId: this.machines.id,
        description,
        cidrIpv4: '0.0.0.0/0',
        ...to,
      });
  }
}

const tcp = (number: number) => ({ ipProtocol: 'tcp', fromPort: number, toPort: number });

/** Regions, Route 53's API and its name servers stand anywhere. */
const outward = [
  ['https-out', 'Regions, Route 53, releases', tcp(443)],
  ['peers-out', 'The other vantages', tcp(controllerPort)],
  ['dns-out', 'Name servers, asked directly', { ipProtocol: 'udp', fromPort: 53, toPort: 53 }],
  ['dns-tcp-out', 'Name servers, where an answer is long', tcp(53)],
] as const;
