// The balancer in front of the structured service: reached from inside the network only, with TLS before and behind it.
import { Lb } from '@cdktf/provider-aws/lib/lb/index.js';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener/index.js';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { HardenedBucket } from '../aws/hardened-bucket.ts';
import { readinessPath, servicePort } from '../service-profile.ts';
import type { PipelinePlace } from './pipeline-place.ts';
import { ServiceFirewall } from './service-firewall.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly host: string;
  readonly zoneId: string;
  readonly certificateArn: string;
  readonly securityGroupId: string;
}

const check = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2 };
/** Twice the time in which the balancer notices that a task is not ready any more. */
export const drainWaitSeconds = 40;
/** Connections that are idle for longer are closed by the balancer; the service must keep them longer still. */
export const idleSeconds = 60;
const logPrefix = 'structured';
const noncurrentDays = 30;

export class StructuredBalancer extends Construct {
  readonly balancer: Lb;
  readonly targets: LbTargetGroup;
  readonly listener: LbListener;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { place, host, zoneId } = props;
    const { fleet } = place;
    const logs = this.logBucket(place);
    this.balancer = new Lb(this, 'balancer', {
      name: nameOf.balancer(fleet, 'structured'),
      loadBalancerType: 'application',
      internal: true,
      securityGroups: [props.securityGroupId],
      subnets: [...place.subnetIds],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'strictest',
      idleTimeout: idleSeconds,
      enableDeletionProtection: fleet.estate.protectsData,
      accessLogs: { enabled: true, bucket: logs.bucket.id, prefix: logPrefix },
      // The balancer writes a test object when it is made.
      dependsOn: [logs.policy],
    });
    this.targets = this.targetGroup(place);
    this.listener = new LbListener(this, 'tls', {
      loadBalancerArn: this.balancer.arn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
      certificateArn: props.certificateArn,
      defaultAction: [{ type: 'forward', targetGroupArn: this.targets.arn }],
    });
    new ServiceFirewall(this, 'firewall', { place, balancerArn: this.balancer.arn });
    new Route53Record(this, 'name', {
      zoneId,
      name: host,
      type: 'A',
      alias: {
        name: this.balancer.dnsName,
        zoneId: this.balancer.zoneId,
        evaluateTargetHealth: false,
      },
    });
  }

  private targetGroup({ fleet, vpcId }: PipelinePlace): LbTargetGroup {
    return new LbTargetGroup(this, 'targets', {
      name: nameOf.balancer(fleet, 'structured'),
      vpcId,
      targetType: 'ip',
      // The balancer does not verify the task's certificate; what it buys is that nothing crosses a wire in the clear.
      protocol: 'HTTPS',
      port: servicePort,
      deregistrationDelay: String(drainWaitSeconds),
      loadBalancingAlgorithmType: 'least_outstanding_requests',
      healthCheck: {
        protocol: 'HTTPS',
        port: String(servicePort),
        path: readinessPath,
        matcher: '200',
        ...check,
      },
    });
  }

  /** Balancers deliver under S3's own key only (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html). */
  private logBucket({ fleet, accountId }: PipelinePlace): HardenedBucket {
    const name = nameOf.worldBucket(fleet, 'pipelines', 'log');
    return new HardenedBucket(this, 'log', {
      name,
      isProtected: fleet.estate.protectsData,
      keyArn: null,
      accessLogBucket: null,
      noncurrentDays,
      lifecycleRules: [
        {
          id: 'forget',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: fleet.estate.logRetentionDays }],
        },
      ],
      statements: [
        {
          Sid: 'BalancersDeliver',
          Effect: 'Allow',
          Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `arn:aws:s3:::${name}/${logPrefix}/AWSLogs/${accountId}/*`,
        },
      ],
    });
  }
}
