// Who may speak with whom inside the network: the front with the balancer, the balancer with the service, each with AWS.
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { servicePort } from '../service-profile.ts';
import type { PipelinePlace } from './pipeline-place.ts';

const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
const service = { ipProtocol: 'tcp', fromPort: servicePort, toPort: servicePort };

export class Doors extends Construct {
  readonly front: SecurityGroup;
  readonly balancer: SecurityGroup;
  readonly service: SecurityGroup;
  /** Whatever asks and is never asked: batch, training, Spark. */
  readonly workers: SecurityGroup;
  private readonly place: PipelinePlace;

  constructor(scope: Construct, id: string, place: PipelinePlace) {
    super(scope, id);
    this.place = place;
    this.front = this.group('front', 'The front of the pipelines');
    this.balancer = this.group('balancer', 'The balancer of structured data');
    this.service = this.group('service', 'The service for structured data');
    this.workers = this.group('workers', 'Workers of the pipelines: nobody connects to them');
    for (const group of [this.front, this.service, this.workers]) this.openToAws(group);
    this.open('front-to-balancer', [this.front, this.balancer], https);
    this.open('balancer-to-service', [this.balancer, this.service], service);
  }

  private group(part: string, description: string): SecurityGroup {
    const { fleet, vpcId } = this.place;
    return new SecurityGroup(this, part, {
      name: nameOf.aws(fleet, 'pipelines', part),
      description,
      vpcId,
    });
  }

  private openToAws(group: SecurityGroup): void {
    new VpcSecurityGroupEgressRule(this, `${group.node.id}-to-aws`, {
      securityGroupId: group.id,
      description: 'HTTPS to services of AWS, some of which have no address of their own in here',
      cidrIpv4: '0.0.0.0/0',
      ...https,
    });
  }

  private open(
    id: string,
    [from, to]: readonly [SecurityGroup, SecurityGroup],
    port: typeof https,
  ): void {
    new VpcSecurityGroupEgressRule(this, `${id}-out`, {
      securityGroupId: from.id,
      description: `To ${to.node.id}`,
      referencedSecurityGroupId: to.id,
      ...port,
    });
    new VpcSecurityGroupIngressRule(this, `${id}-in`, {
      securityGroupId: to.id,
      description: `From ${from.node.id} only`,
      referencedSecurityGroupId: from.id,
      ...port,
    });
  }
}
