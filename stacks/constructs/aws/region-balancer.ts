// Where one AWS region answers: a network balancer with addresses that stay, TLS at its edge and TLS again behind it.
import { Eip } from '@cdktf/provider-aws/lib/eip/index.js';
import { Lb } from '@cdktf/provider-aws/lib/lb/index.js';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener/index.js';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group/index.js';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { exchangeSecondsMax, readinessPath, servicePort } from '../service-profile.ts';
import type { RegionNetwork } from './region-network.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly network: RegionNetwork;
  readonly certificateArn: string;
  /** By the name that its policy hands on: the balancer is refused as long as it may not deliver into it. */
  readonly logBucket: string;
}

/** Two checks 5 s apart: a machine that is not ready is out of the balancer before its drain ends. */
const check = { interval: 5, timeout: 3, healthyThreshold: 2, unhealthyThreshold: 2 };
/** Twice the time in which the balancer notices, so that nobody is sent to a machine that no longer listens. */
export const drainWaitSeconds = 2 * check.interval * check.unhealthyThreshold;
/** Connections that are idle for longer are forgotten by the balancer without a word, so the service must close them first. */
const tcpIdleSeconds = 350;
/** Short, because an open connection is what the scaling takes for work; long enough for a page and its pictures. */
export const keepAliveSeconds = 10;
const modernTls = 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06';

export class RegionBalancer extends Construct {
  readonly addresses: readonly string[];
  readonly balancer: Lb;
  readonly targets: LbTargetGroup;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { fleet, region, network } = props;
    const eips = Array.from(
      { length: region.addressCount },
      (_, i) =>
        new Eip(this, `address-${i}`, {
          domain: 'vpc',
          tags: { Name: nameOf.aws(fleet, region.id, `address-${i}`) },
          // Resolvers all over the world hold it: a new one would be an outage of its own.
          ...(fleet.estate.protectsData ? { lifecycle: { preventDestroy: true } } : {}),
        }),
    );
    this.addresses = eips.map((eip) => eip.publicIp);
    this.securityGroup = this.openToUsers(props);
    this.balancer = new Lb(this, 'balancer', {
      name: nameOf.balancer(fleet, region.id),
      loadBalancerType: 'network',
      internal: false,
      securityGroups: [this.securityGroup.id],
      subnetMapping: eips.map((eip, i) => ({
        allocationId: eip.allocationId,
        subnetId: network.publicSubnets[i]?.id ?? '',
      })),
      // The users of an address whose zone has no machine left are served by the others'.
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: fleet.estate.protectsData,
      accessLogs: { enabled: true, bucket: props.logBucket, prefix: balancerLogPrefix },
    });
    this.targets = this.targetGroup(props);
    new LbListener(this, 'tls', {
      loadBalancerArn: this.balancer.arn,
      port: 443,
      protocol: 'TLS',
      sslPolicy: modernTls,
      alpnPolicy: 'HTTP1Only',
      certificateArn: props.certificateArn,
      tcpIdleTimeoutSeconds: tcpIdleSeconds,
      defaultAction: [{ type: 'forward', targetGroupArn: this.targets.arn }],
    });
  }

  private openToUsers({ fleet, region, network }: Props): SecurityGroup {
    const group = new SecurityGroup(this, 'group', {
      name: nameOf.aws(fleet, region.id, 'balancer'),
      description: 'Users to the balancer',
      vpcId: network.vpc.id,
    });
    new VpcSecurityGroupIngressRule(this, 'from-users', {
      securityGroupId: group.id,
      description: 'HTTPS from anywhere: hospitals have no fixed addresses',
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    return group;
  }

  /** Both ways between balancer and machines, and nothing else. */
  openTo(machines: SecurityGroup): void {
    const service = { ipProtocol: 'tcp', fromPort: servicePort, toPort: servicePort };
    new VpcSecurityGroupEgressRule(this, 'to-machines', {
      securityGroupId: this.securityGroup.id,
      description: 'The service on the machines',
      referencedSecurityGroupId: machines.id,
      ...service,
    });
    new VpcSecurityGroupIngressRule(this, 'from-balancer', {
      securityGroupId: machines.id,
      description: 'The service, from the balancer only',
      referencedSecurityGroupId: this.securityGroup.id,
      ...service,
    });
  }

  private targetGroup({ fleet, region, network }: Props): LbTargetGroup {
    return new LbTargetGroup(this, 'targets', {
      name: nameOf.balancer(fleet, region.id),
      vpcId: network.vpc.id,
      targetType: 'instance',
      // The balancer does not verify the machine's certificate; what it buys is that nothing crosses a wire in the clear.
      protocol: 'TLS',
      port: servicePort,
      preserveClientIp: 'false',
      deregistrationDelay: String(drainWaitSeconds),
      // A machine that was taken out keeps the connections it has until it closes them itself.
      connectionTermination: false,
      // By default connections to a machine that is not ready are cut at once, and with them the uploads that it is draining.
      targetHealthState: [
        {
          enableUnhealthyConnectionTermination: false,
          unhealthyDrainingInterval: exchangeSecondsMax,
        },
      ],
      healthCheck: {
        protocol: 'HTTPS',
        port: String(servicePort),
        path: readinessPath,
        matcher: '200',
        ...check,
      },
    });
  }
}

export const balancerLogPrefix = 'balancer';
