// A vantage on AWS: one machine that watches every region and rewrites DNS, behind an address of its own.
import { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group/index.js';
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import type { App } from 'cdktf';
import type { Fleet, Vantage } from '../fleet/fleet.ts';
import { EncryptionKey } from './constructs/aws/encryption-key.ts';
import { NetworkFlowLog } from './constructs/aws/flow-log.ts';
import { accessLogDelivery, HardenedBucket } from './constructs/aws/hardened-bucket.ts';
import { MachineRole } from './constructs/aws/machine-role.ts';
import { MachineTemplate } from './constructs/aws/machine-template.ts';
import { RegionNetwork } from './constructs/aws/region-network.ts';
import { ScalingRole } from './constructs/aws/scaling-role.ts';
import { ControllerDoor } from './constructs/vantage/controller-door.ts';
import { flagBucket } from './constructs/vantage/flag-bucket.ts';
import { architectureOf } from './constructs/instance-program.ts';
import { FleetStack } from './fleet-stack.ts';
import { flagBucketOf } from './flag-bucket.ts';
import { nameOf } from './names.ts';
import { awsProvider } from './providers.ts';
import { tagsOf } from './tags.ts';
import { controllerStartSeconds, peerSources, vantageProgram } from './vantage-program.ts';

const zoneCount = 2;
const noncurrentDays = 30;

export class AwsVantageStack extends FleetStack {
  private readonly vantage: Vantage;
  private readonly name: string;
  private readonly accountId: string;
  private readonly key: EncryptionKey;
  private readonly scalingRole: ScalingRole;

  constructor(app: App, fleet: Fleet, vantage: Vantage) {
    super(app, vantage.id, fleet, { cloud: 'aws', holdsData: true });
    this.vantage = vantage;
    this.name = nameOf.aws(fleet, vantage.id);
    awsProvider(this, vantage.location);
    this.accountId = new DataAwsCallerIdentity(this, 'account').accountId;
    this.scalingRole = new ScalingRole(this, 'scaling-role', {
      name: nameOf.balancer(fleet, vantage.id),
    });
    this.key = new EncryptionKey(this, 'key', {
      alias: this.name,
      description: `Everything at rest in ${vantage.id}`,
      accountId: this.accountId,
      services: [`logs.${vantage.location}.amazonaws.com`],
      statements: this.scalingRole.keyStatements,
      isProtected: fleet.estate.protectsData,
    });
    const artifacts = this.buckets();
    const network = this.network();
    const door = new ControllerDoor(this, 'door', {
      name: nameOf.balancer(fleet, vantage.id),
      network,
      isProtected: fleet.estate.protectsData,
      peers: peerSources(this, vantage),
    });
    this.machine(network, door, artifacts);
    this.publish('address', door.address, 'Where the other vantages reach this one');
    this.publish('egress_address', network.egressAddresses[0], 'Where this vantage comes from');
    this.publish('artifacts_bucket', artifacts.bucket.id, 'Where its releases are published');
  }

  /** Releases of its own, so that it boots whatever region is dead; and the flags, where it is the first AWS vantage. */
  private buckets(): HardenedBucket {
    const { fleet, vantage, accountId, key } = this;
    const common = { isProtected: fleet.estate.protectsData, noncurrentDays };
    const logName = nameOf.worldBucket(fleet, vantage.id, 'log');
    const log = new HardenedBucket(this, 'log', {
      ...common,
      name: logName,
      keyArn: null,
      accessLogBucket: null,
      statements: [accessLogDelivery(logName, accountId)],
    });
    if (flagBucketOf(fleet).vantage === vantage.id)
      flagBucket(this, { fleet, accessLogBucket: log.policy.id, noncurrentDays });
    return new HardenedBucket(this, 'artifacts', {
      ...common,
      name: nameOf.worldBucket(fleet, vantage.id, 'artifacts'),
      keyArn: key.arn,
      accessLogBucket: log.policy.id,
    });
  }

  private network(): RegionNetwork {
    const { fleet, vantage, name } = this;
    const network = new RegionNetwork(this, 'network', {
      name,
      network: vantage.network,
      zoneCount,
      natPerZone: false,
    });
    new NetworkFlowLog(this, 'flows', {
      name,
      vpcId: network.vpc.id,
      keyArn: this.key.arn,
      accountId: this.accountId,
      retentionDays: fleet.estate.logRetentionDays,
    });
    return network;
  }

  private machine(network: RegionNetwork, door: ControllerDoor, artifacts: HardenedBucket): void {
    const { fleet, vantage, name, key } = this;
    const role = new MachineRole(this, 'machine-role', {
      name: nameOf.role(fleet, vantage.id, 'machine'),
      readableObjects: [`${artifacts.bucket.arn}/releases/*`],
      keyArn: key.arn,
      location: vantage.location,
    });
    new IamRolePolicyAttachment(this, 'may-change-records', {
      role: role.role.name,
      policyArn: this.receive(
        'dns',
        'controller_policy_arn',
        'What a controller may do in the zone',
      ),
    });
    const tags = tagsOf(fleet, this.id);
    const { template } = new MachineTemplate(this, 'template', {
      name,
      machine: vantage.machine,
      architecture: architectureOf(vantage.machine),
      profileArn: role.profileArn,
      keyArn: key.arn,
      securityGroupIds: [door.machines.id],
      userData: vantageProgram(this, {
        vantage,
        releasesUrl: `s3://${artifacts.bucket.id}/releases`,
      }),
      tags,
    });
    new AutoscalingGroup(this, 'machine', {
      name,
      // A group of one is a machine that comes back by itself, in another zone if need be.
      minSize: 1,
      maxSize: 1,
      vpcZoneIdentifier: network.privateSubnets.map((subnet) => subnet.id),
      targetGroupArns: [door.targets.arn],
      serviceLinkedRoleArn: this.scalingRole.arn,
      healthCheckType: 'ELB',
      healthCheckGracePeriod: controllerStartSeconds,
      launchTemplate: { id: template.id, version: String(template.latestVersion) },
      enabledMetrics: ['GroupInServiceInstances'],
      instanceRefresh: { strategy: 'Rolling', preferences: { minHealthyPercentage: 0 } },
      tag: Object.entries({ ...tags, Name: name }).map(([tag, value]) => ({
        key: tag,
        value,
        propagateAtLaunch: true,
      })),
    });
  }
}
