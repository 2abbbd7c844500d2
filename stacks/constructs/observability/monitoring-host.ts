// A Prometheus and Grafana host of one's own, as an option: private, without any open port, in no region that could be stricken.
import { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group/index.js';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object/index.js';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { Construct } from 'constructs';
import type { Fleet } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { controllerPort } from '../../vantage-program.ts';
import { EncryptionKey } from '../aws/encryption-key.ts';
import { NetworkFlowLog } from '../aws/flow-log.ts';
import { HardenedBucket } from '../aws/hardened-bucket.ts';
import { MachineRole } from '../aws/machine-role.ts';
import { MachineTemplate } from '../aws/machine-template.ts';
import { RegionNetwork } from '../aws/region-network.ts';
import { ScalingRole } from '../aws/scaling-role.ts';
import { architectureOf } from '../instance-program.ts';
import { monitoringFiles } from './monitoring-files.ts';
import type { AlertTarget } from './monitoring-files.ts';
import { monitoringProgram } from './monitoring-program.ts';
import { toolsFor } from './monitoring-tools.ts';

interface Props {
  readonly fleet: Fleet;
  readonly estate: NonNullable<Fleet['estate']['monitoring']>;
  readonly location: string;
  readonly accountId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Where its alerts go, and the key that they are encrypted with on their way. */
  readonly alerts: AlertTarget & { readonly keyArn: string };
}

const zoneCount = 2;
const noncurrentDays = 30;
/** Fetching and unpacking three archives of 400 MB together. */
const startSeconds = 300;

/** Of the stack's default provider, which must be that of `location`. What it has measured is lost with it: 90 days, and no alert needs more than three. */
export class MonitoringHost extends Construct {
  readonly egressAddress: string;
  private readonly props: Props;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { fleet } = props;
    this.name = nameOf.aws(fleet, 'monitoring');
    const scalingRole = new ScalingRole(this, 'scaling-role', {
      name: nameOf.balancer(fleet, 'monitoring'),
    });
    const key = this.key(scalingRole);
    const network = this.network(key);
    const bucket = this.bucket(key);
    const files = Object.entries(monitoringFiles(fleet, props.alerts)).map(
      ([path, content]) =>
        new S3Object(this, path.replaceAll('/', '-'), {
          bucket: bucket.bucket.id,
          key: `host/${path}`,
          content,
          kmsKeyId: key.arn,
        }),
    );
    this.machine({ scalingRole, key, network, bucket, files });
    this.egressAddress = network.egressAddresses[0] ?? '';
  }

  private key(scalingRole: ScalingRole): EncryptionKey {
    const { fleet, location, accountId } = this.props;
    return new EncryptionKey(this, 'key', {
      alias: this.name,
      description: 'Everything at rest of the monitoring host',
      accountId,
      services: [`logs.${location}.amazonaws.com`],
      statements: scalingRole.keyStatements,
      isProtected: fleet.estate.protectsData,
    });
  }

  private network(key: EncryptionKey): RegionNetwork {
    const { fleet, estate, accountId } = this.props;
    const network = new RegionNetwork(this, 'network', {
      name: this.name,
      network: estate.network,
      zoneCount,
      natPerZone: false,
    });
    new NetworkFlowLog(this, 'flows', {
      name: this.name,
      vpcId: network.vpc.id,
      keyArn: key.arn,
      accountId,
      retentionDays: fleet.estate.logRetentionDays,
    });
    return network;
  }

  private bucket(key: EncryptionKey): HardenedBucket {
    const { fleet } = this.props;
    return new HardenedBucket(this, 'files', {
      name: nameOf.worldBucket(fleet, 'monitoring'),
      isProtected: fleet.estate.protectsData,
      keyArn: key.arn,
      accessLogBucket: null,
      noncurrentDays,
    });
  }

  private role(key: EncryptionKey, { bucket }: HardenedBucket): MachineRole {
    const { fleet, location, alerts } = this.props;
    return new MachineRole(this, 'machine-role', {
      name: nameOf.role(fleet, 'monitoring', 'machine'),
      readableObjects: [`${bucket.arn}/tools/*`, `${bucket.arn}/host/*`],
      keyArn: key.arn,
      location,
      statements: [
        {
          Sid: 'SeeWhatThereIs',
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: bucket.arn,
          Condition: { StringLike: { 's3:prefix': 'host/*' } },
        },
        { Sid: 'SayIt', Effect: 'Allow', Action: 'sns:Publish', Resource: alerts.topicArn },
        {
          Sid: 'EncryptWhatIsSaid',
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: alerts.keyArn,
          Condition: {
            StringEquals: { 'kms:ViaService': `sns.${alerts.location}.amazonaws.com` },
          },
        },
      ],
    });
  }

  private machine({ scalingRole, key, network, bucket, files }: Parts): void {
    const { estate, tags } = this.props;
    const architecture = architectureOf(estate.machine);
    const { template } = new MachineTemplate(this, 'template', {
      name: this.name,
      machine: estate.machine,
      architecture,
      profileArn: this.role(key, bucket).profileArn,
      keyArn: key.arn,
      securityGroupIds: [this.closedGroup(this.name, network)],
      userData: monitoringProgram(bucket.bucket.id, toolsFor(architecture)),
      tags,
    });
    new AutoscalingGroup(this, 'machine', {
      name: this.name,
      // A group of one is a machine that comes back by itself, in another zone if need be.
      minSize: 1,
      maxSize: 1,
      vpcZoneIdentifier: network.privateSubnets.map((subnet) => subnet.id),
      serviceLinkedRoleArn: scalingRole.arn,
      healthCheckType: 'EC2',
      healthCheckGracePeriod: startSeconds,
      launchTemplate: { id: template.id, version: String(template.latestVersion) },
      enabledMetrics: ['GroupInServiceInstances'],
      instanceRefresh: { strategy: 'Rolling', preferences: { minHealthyPercentage: 0 } },
      tag: Object.entries({ ...tags, Name: this.name }).map(([tag, value]) => ({
        key: tag,
        value,
        propagateAtLaunch: true,
      })),
      // It reads them as soon as it starts.
      dependsOn: [...files],
    });
  }

  /** Nothing comes in: people open a tunnel through Session Manager. */
  private closedGroup(name: string, network: RegionNetwork): string {
    const group = new SecurityGroup(this, 'machines', {
      name,
      description: 'The monitoring host',
      vpcId: network.vpc.id,
    });
    for (const [part, description, port] of [
      ['https-out', 'Metrics of regions, services of AWS, programs', 443],
      ['vantages-out', 'Metrics of vantages', controllerPort],
    ] as const)
      new VpcSecurityGroupEgressRule(this, part, {
        securityGroupId: group.id,
        description,
        cidrIpv4: '0.0.0.0/0',
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      });
    return group.id;
  }
}

interface Parts {
  readonly scalingRole: ScalingRole;
  readonly key: EncryptionKey;
  readonly network: RegionNetwork;
  readonly bucket: HardenedBucket;
  readonly files: readonly S3Object[];
}
