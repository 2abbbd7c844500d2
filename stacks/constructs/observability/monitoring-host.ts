// A Prometheus and Grafana host of one's own, as an option: private, without any open port, in no region that could be stricken.
import { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group/index.js';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { Construct } from 'constructs';
import type { Fleet } from '../../../fleet/fleet.ts';
import type { FleetStack } from '../../fleet-stack.ts';
import { nameOf } from '../../names.ts';
import { tagsOf } from '../../tags.ts';
import { controllerPort } from '../../vantage-program.ts';
import type { EncryptionKey } from '../aws/encryption-key.ts';
import { NetworkFlowLog } from '../aws/flow-log.ts';
import { HardenedBucket } from '../aws/hardened-bucket.ts';
import { MachineRole } from '../aws/machine-role.ts';
import { MachineTemplate } from '../aws/machine-template.ts';
import { RegionNetwork } from '../aws/region-network.ts';
import { architectureOf } from '../instance-program.ts';
import { monitoringProgram } from './monitoring-program.ts';

interface Props {
  readonly stack: FleetStack;
  readonly estate: NonNullable<Fleet['estate']['monitoring']>;
  readonly location: string;
  readonly accountId: string;
  readonly key: EncryptionKey;
}

const zoneCount = 2;
const noncurrentDays = 30;
const tools = ['prometheus', 'grafana'] as const;

/** Of the stack's default provider, which must be that of `location`. */
export class MonitoringHost extends Construct {
  readonly egressAddress: string;
  readonly toolsBucket: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { stack, estate, location, accountId, key } = props;
    const { fleet } = stack;
    const name = nameOf.aws(fleet, 'monitoring');
    const network = new RegionNetwork(this, 'network', {
      name,
      network: estate.network,
      zoneCount,
      natPerZone: false,
    });
    new NetworkFlowLog(this, 'flows', {
      name,
      vpcId: network.vpc.id,
      keyArn: key.arn,
      accountId,
      retentionDays: fleet.estate.logRetentionDays,
    });
    const bucket = new HardenedBucket(this, 'tools', {
      name: nameOf.worldBucket(fleet, 'monitoring', 'tools'),
      isProtected: fleet.estate.protectsData,
      keyArn: key.arn,
      accessLogBucket: null,
      noncurrentDays,
    });
    const role = new MachineRole(this, 'machine-role', {
      name: nameOf.role(fleet, 'monitoring', 'machine'),
      readableObjects: [`${bucket.bucket.arn}/tools/*`],
      keyArn: key.arn,
      location,
    });
    const tags = tagsOf(fleet, stack.id);
    const { template } = new MachineTemplate(this, 'template', {
      name,
      machine: estate.machine,
      architecture: architectureOf(estate.machine),
      profileArn: role.profileArn,
      keyArn: key.arn,
      securityGroupIds: [this.closedGroup(name, network)],
      userData: monitoringProgram(
        fleet,
        bucket.bucket.id,
        tools.map((tool) => archiveOf(stack, tool)),
      ),
      tags,
    });
    new AutoscalingGroup(this, 'machine', {
      name,
      minSize: 1,
      maxSize: 1,
      vpcZoneIdentifier: network.privateSubnets.map((subnet) => subnet.id),
      launchTemplate: { id: template.id, version: String(template.latestVersion) },
      tag: Object.entries({ ...tags, Name: name }).map(([tag, value]) => ({
        key: tag,
        value,
        propagateAtLaunch: true,
      })),
    });
    this.egressAddress = network.egressAddresses[0] ?? '';
    this.toolsBucket = bucket.bucket.id;
  }

  /** Nothing comes in: people open a tunnel through Session Manager. */
  private closedGroup(name: string, network: RegionNetwork): string {
    const group = new SecurityGroup(this, 'machines', {
      name,
      description: 'The monitoring host',
      vpcId: network.vpc.id,
    });
    for (const [part, description, port] of [
      ['https-out', 'Metrics of regions, services of AWS', 443],
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

/** Which archives, only the deployer knows: they are fetched from their makers, verified there, and put into the tools bucket. */
function archiveOf(stack: FleetStack, name: (typeof tools)[number]) {
  const file = stack.parameter(`${name}_file`, {
    type: 'string',
    description: `Archive of ${name} in the tools bucket, below tools/`,
    validation: {
      condition: `can(regex("^[0-9A-Za-z._-]{1,100}[.]tar[.]gz$", var.${name}_file))`,
      errorMessage: `${name}_file must be the name of a .tar.gz archive.`,
    },
  }).stringValue;
  const sha256 = stack.parameter(`${name}_sha256`, {
    type: 'string',
    description: `SHA-256 of that archive, from its makers`,
    validation: {
      condition: `can(regex("^[0-9a-f]{64}$", var.${name}_sha256))`,
      errorMessage: `${name}_sha256 must be 64 hexadecimal digits.`,
    },
  }).stringValue;
  return { name, file, sha256 };
}
