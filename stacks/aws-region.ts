// One region on AWS: everything that answers there, and nothing that another region or cloud must be up for.
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone/index.js';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js';
import type { App } from 'cdktf';
import { InputError } from '../fleet/errors.ts';
import type { Fleet, Region } from '../fleet/fleet.ts';
import { apiName, regionName } from '../fleet/records.ts';
import { AuditTrail } from './constructs/aws/audit-trail.ts';
import { EncryptionKey } from './constructs/aws/encryption-key.ts';
import { NetworkFlowLog } from './constructs/aws/flow-log.ts';
import { ImageRepositories } from './constructs/aws/image-repositories.ts';
import { drainHook } from './constructs/aws/inference-group.ts';
import { RegionAlarms } from './constructs/aws/region-alarms.ts';
import {
  drainWaitSeconds,
  keepAliveSeconds,
  RegionBalancer,
} from './constructs/aws/region-balancer.ts';
import { RegionBuckets } from './constructs/aws/region-buckets.ts';
import { RegionCertificate } from './constructs/aws/region-certificate.ts';
import { RegionMachines } from './constructs/aws/region-machines.ts';
import { RegionNetwork } from './constructs/aws/region-network.ts';
import { isFirstOnAws, RegionWork } from './constructs/aws/region-work.ts';
import { ScalingRole } from './constructs/aws/scaling-role.ts';
import { ServiceEndpoints } from './constructs/aws/service-endpoints.ts';
import { architectureOf, releaseOf, userData } from './constructs/instance-program.ts';
import { drainSettings, servicePort } from './constructs/service-profile.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { awsProvider } from './providers.ts';

/** A network balancer has one stable address in each zone, and every AWS region has at least three zones. */
const zoneCount = 3;

const releasesFolder = 'releases';

/** A secret that was deleted by mistake; where nothing is kept, its name is free again at once. */
const recoveryDays = 30;

/** Session Manager needs the two of SSM; `ec2messages` was for agents before 3.3.40. */
const endpointServices = [
  'autoscaling',
  'ecr.api',
  'ecr.dkr',
  'kms',
  'logs',
  'secretsmanager',
  'sqs',
  'ssm',
  'ssmmessages',
  'sts',
];

export class AwsRegionStack extends FleetStack {
  private readonly region: Region;
  private readonly accountId: string;
  private readonly scalingRole: ScalingRole;
  private readonly key: EncryptionKey;
  private readonly name: string;

  constructor(app: App, fleet: Fleet, region: Region) {
    super(app, region.id, fleet, { cloud: 'aws', holdsData: true });
    requireAddressPerZone(region);
    this.region = region;
    this.name = nameOf.aws(fleet, region.id);
    awsProvider(this, region.location);
    this.accountId = new DataAwsCallerIdentity(this, 'account').accountId;
    this.scalingRole = new ScalingRole(this, 'scaling-role', {
      name: nameOf.balancer(fleet, region.id),
    });
    this.key = this.regionKey();
    const { network, endpoints } = this.network();
    const away = this.away();
    const buckets = new RegionBuckets(this, 'objects', {
      ...this.place,
      key: this.key,
      away: away[0],
    });
    const balancer = new RegionBalancer(this, 'balancer', {
      fleet,
      region,
      network,
      certificateArn: this.certificate(),
      logBucket: buckets.log.policy.id,
    });
    const { artifacts, uploads } = buckets.buckets;
    const machines = new RegionMachines(this, 'machines', {
      ...this.place,
      network,
      endpoints,
      balancer,
      scalingRole: this.scalingRole,
      releases: `${artifacts.bucket.arn}/${releasesFolder}/*`,
      program: this.program(`s3://${artifacts.bucket.id}/${releasesFolder}`),
    });
    const work = new RegionWork(this, 'work', {
      ...this.place,
      replicaKeyArns: Object.fromEntries(
        awsRegions(fleet).length > 1 ? away.map(({ location, key }) => [location, key.arn]) : [],
      ),
    });
    const { urls } = new ImageRepositories(this, 'images', this.place);
    new AuditTrail(this, 'audit', {
      ...this.place,
      accessLogBucket: buckets.log.policy.id,
      isForWholeAccount: isFirstOnAws(fleet, region),
      watchedBucketArns: [uploads.bucket.arn],
    });
    new RegionAlarms(this, 'alarms', {
      ...this.place,
      balancer,
      inference: machines.group,
      work,
      buckets,
    });
    // An empty container: what is in it is put there by people, and read by machines at boot.
    new SecretsmanagerSecret(this, 'sign-in', {
      name: `${this.name}/sign-in`,
      description: 'Client secret by which the pages let clinicians sign in',
      kmsKeyId: this.key.arn,
      recoveryWindowInDays: fleet.estate.protectsData ? recoveryDays : 0,
    });
    this.publishAll({ balancer, network, buckets, work, urls });
  }

  private publishAll({ balancer, network, buckets, work, urls }: Built): void {
    this.publish('addresses', balancer.addresses, 'Where the region answers');
    this.publish('vpc_id', network.vpc.id, 'Network of the region');
    const subnetIds = network.privateSubnets.map((subnet) => subnet.id);
    this.publish('private_subnet_ids', subnetIds, 'Where machines stand, one subnet a zone');
    this.publish('kms_key_arn', this.key.arn, 'What the region encrypts with');
    for (const [kind, { bucket }] of Object.entries(buckets.buckets))
      this.publish(`${kind}_bucket`, bucket.id, `Bucket of ${kind}`);
    this.publish('jobs_table', work.tableName, 'Table of jobs');
    this.publish('jobs_table_arn', work.tableArn, 'Its ARN');
    this.publish('wake_queue_url', work.queue.url, 'Queue that wakes workers');
    this.publish('wake_queue_arn', work.queue.arn, 'Its ARN');
    this.publish('repository_urls', urls, 'Where container images are pushed');
  }

  private get place() {
    const { fleet, region, accountId, key } = this;
    return { fleet, region, accountId, keyArn: key.arn };
  }

  private regionKey(): EncryptionKey {
    const { location } = this.region;
    return new EncryptionKey(this, 'key', {
      alias: this.name,
      description: `Everything at rest in ${this.region.id}`,
      accountId: this.accountId,
      services: [
        `logs.${location}.amazonaws.com`,
        'cloudtrail.amazonaws.com',
        'cloudwatch.amazonaws.com',
        'sns.amazonaws.com',
      ],
      statements: this.scalingRole.keyStatements,
      isProtected: this.fleet.estate.protectsData,
    });
  }

  private network() {
    const { fleet, region, name } = this;
    const network = new RegionNetwork(this, 'network', {
      name,
      network: region.network,
      zoneCount,
      natPerZone: fleet.estate.protectsData,
    });
    new NetworkFlowLog(this, 'flows', {
      name,
      vpcId: network.vpc.id,
      keyArn: this.key.arn,
      accountId: this.accountId,
      retentionDays: fleet.estate.logRetentionDays,
    });
    const endpoints = new ServiceEndpoints(this, 'endpoints', {
      name,
      location: region.location,
      network,
      cidr: region.network,
      accountId: this.accountId,
      services: endpointServices,
    });
    return { network, endpoints };
  }

  /** Where copies are kept, each place with a key of its own: none of them needs this region to be read. */
  private away(): readonly [Away, ...Away[]] {
    const { fleet, region } = this;
    const [first, ...others] = copyLocations(fleet, region);
    const at = (location: string, id: string): Away => {
      const provider = awsProvider(this, location, id);
      const key = new EncryptionKey(this, `${id}-key`, {
        alias: `${this.name}-${id}`,
        description: `Copies of what is stored in ${region.id}`,
        accountId: this.accountId,
        services: [],
        isProtected: fleet.estate.protectsData,
        provider,
      });
      return { location, provider, key };
    };
    return [at(first, 'copy'), ...others.map((location, i) => at(location, `copy-${i + 2}`))];
  }

  private certificate(): string {
    const { fleet, region } = this;
    const { zoneId } = new DataAwsRoute53Zone(this, 'zone', { name: fleet.zone });
    return new RegionCertificate(this, 'certificate', {
      names: [apiName(fleet), regionName(fleet, region.id)],
      zoneId,
    }).arn;
  }

  private program(releasesUrl: string): string {
    const { region } = this;
    const architecture = architectureOf(region.instances.machine);
    return userData({
      cloud: 'aws',
      role: 'inference',
      architecture,
      releasesUrl,
      release: releaseOf(this, architecture),
      settings: {
        EVENKEEL_REGION: region.id,
        HOST: '0.0.0.0',
        PORT: String(servicePort),
        KEEP_ALIVE_SECONDS: String(keepAliveSeconds),
        DRAIN_GROUP: this.name,
        DRAIN_HOOK: drainHook,
        ...drainSettings(drainWaitSeconds),
      },
    });
  }
}

interface Built {
  readonly balancer: RegionBalancer;
  readonly network: RegionNetwork;
  readonly buckets: RegionBuckets;
  readonly work: RegionWork;
  readonly urls: ImageRepositories['urls'];
}

interface Away {
  readonly location: string;
  readonly provider: AwsProvider;
  readonly key: EncryptionKey;
}

const awsRegions = ({ regions }: Fleet) => regions.filter(({ cloud }) => cloud === 'aws');

/** The other AWS regions where there are any, else the place that the estate names. */
function copyLocations(fleet: Fleet, region: Region): readonly [string, ...string[]] {
  const [first, ...others] = awsRegions(fleet)
    .filter(({ id }) => id !== region.id)
    .map(({ location }) => location);
  return first === undefined ? [fleet.estate.replicaLocation] : [first, ...others];
}

function requireAddressPerZone({ id, addressCount }: Region): void {
  if (addressCount <= zoneCount) return;
  throw new InputError('too-many-addresses', {
    found: `Region ${id} has ${addressCount} addresses`,
    why: `A network balancer of AWS has one in each zone, and ${zoneCount} zones are used`,
    remedy: `Choose 1..${zoneCount}`,
  });
}
