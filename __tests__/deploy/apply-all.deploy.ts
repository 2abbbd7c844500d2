// Every AWS stack of the fleet, really applied by the deploy tool and asked for by AWS's own clients, then taken down again.
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeContinuousBackupsCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeAddressesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  ListBucketsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { primaryOf } from '../../fleet/fleet.ts';
import { releaseFile } from '../support/deploy-site.ts';
import { withFolder } from '../support/folder.ts';
import { openEmulatedFleet } from '../support/moto/emulated-fleet.ts';
import type { EmulatedFleet } from '../support/moto/emulated-fleet.ts';
import { unexplainedChanges } from '../support/moto/unexplained-changes.ts';
import { missingTool } from '../support/moto/start-moto.ts';

const fleet = fleetFor('qa');
const primary = primaryOf(fleet);
const vantage = fleet.vantages.find(({ cloud }) => cloud === 'aws')!;
/** Images cannot be pushed to the emulator: their names are enough for what refers to them. */
const imageDigests = Object.fromEntries(
  ['batch', 'front', 'spark', 'training'].map((image) => [
    `${image}_image_digest`,
    `sha256:${'0'.repeat(64)}`,
  ]),
);
const allMsMax = 1_200_000;

const missing = missingTool();
if (missing !== null) console.warn(`Skipped: ${missing}.`);
const testApplied = missing === null ? test : test.skip;

let emulated: EmulatedFleet;

beforeAll(async () => {
  if (missing !== null) return;
  emulated = await openEmulatedFleet(fleet, ({ cloud }) => cloud !== 'aws', imageDigests);
  await withFolder((folder) => emulated.run({ releaseFile: releaseFile(folder, '1.0.0') }));
}, allMsMax);

afterAll(async () => {
  await emulated?.close();
});

const clientAt = (region: string) => ({
  region,
  endpoint: emulated.moto.endpoint,
  credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
});

const groupsAt = async (location: string) => {
  const autoscaling = new AutoScalingClient(clientAt(location));
  const { AutoScalingGroups } = await autoscaling.send(new DescribeAutoScalingGroupsCommand({}));
  return AutoScalingGroups ?? [];
};

testApplied('every AWS stack is recorded as built, and the others are left out with a word', () => {
  const { stacks } = emulated.record();
  expect(Object.entries(stacks).filter(([, { isUnfinished }]) => isUnfinished === true)).toEqual(
    [],
  );
  expect(stacks[primary.id]?.outputs['addresses']).toHaveLength(primary.addressCount);
  const elsewhere = fleet.regions.filter(({ cloud }) => cloud !== 'aws');
  for (const { id, cloud } of elsewhere)
    expect(emulated.said).toContain(`${id}: left out, as ${cloud} is`);
});

testApplied(
  'the inference group has the sizes of the fleet, and each vantage is a group of one',
  async () => {
    const inference = (await groupsAt(primary.location)).find(
      ({ MaxSize }) => MaxSize === primary.instances.max,
    );
    expect(inference).toMatchObject({ MinSize: primary.instances.min, HealthCheckType: 'ELB' });
    expect(inference?.VPCZoneIdentifier?.split(',')).toHaveLength(3);
    const watching = await groupsAt(vantage.location);
    expect(watching.map(({ MinSize, MaxSize }) => [MinSize, MaxSize])).toEqual([[1, 1]]);
  },
);

testApplied(
  'machines take metadata by token and one hop only, have no key pair, and encrypted disks',
  async () => {
    for (const location of [primary.location, vantage.location]) {
      const ec2 = new EC2Client(clientAt(location));
      const { LaunchTemplates: templates = [] } = await ec2.send(
        new DescribeLaunchTemplatesCommand({}),
      );
      expect(templates.length).toBeGreaterThan(0);
      for (const { LaunchTemplateId } of templates) {
        const { LaunchTemplateVersions: versions = [] } = await ec2.send(
          new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Latest'] }),
        );
        const data = versions[0]?.LaunchTemplateData;
        expect(data?.MetadataOptions).toMatchObject({
          HttpTokens: 'required',
          HttpPutResponseHopLimit: 1,
        });
        expect(data?.KeyName).toBeUndefined();
        expect(data?.BlockDeviceMappings?.map(({ Ebs }) => Ebs?.Encrypted)).not.toContain(false);
        expect(data?.UserData?.length).toBeGreaterThan(0);
      }
    }
  },
);

testApplied(
  'the balancer answers with TLS on the elastic addresses that are recorded',
  async () => {
    const ec2 = new EC2Client(clientAt(primary.location));
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
    const owned = (Addresses ?? []).map(({ PublicIp }) => PublicIp);
    const recorded = emulated.record().stacks[primary.id]?.outputs['addresses'] as string[];
    expect(owned).toEqual(expect.arrayContaining(recorded));
    const balancing = new ElasticLoadBalancingV2Client(clientAt(primary.location));
    const { LoadBalancers = [] } = await balancing.send(new DescribeLoadBalancersCommand({}));
    // The emulator leaves the scheme out where it is the default.
    const facing = LoadBalancers.filter(({ Scheme }) => Scheme !== 'internal');
    expect(facing.map(({ Type }) => Type)).toEqual(['network']);
    const { Listeners = [] } = await balancing.send(
      new DescribeListenersCommand({ LoadBalancerArn: facing[0]!.LoadBalancerArn }),
    );
    expect(Listeners.map(({ Port, Protocol }) => `${Protocol} ${Port}`)).toContain('TLS 443');
  },
);

testApplied(
  'every bucket is versioned, encrypted and refuses whoever comes without TLS',
  async () => {
    const s3 = new S3Client({ ...clientAt('us-east-1'), forcePathStyle: true });
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.length).toBeGreaterThanOrEqual(8);
    for (const { Name: Bucket } of Buckets) {
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
      const { ServerSideEncryptionConfiguration } = await s3.send(
        new GetBucketEncryptionCommand({ Bucket }),
      );
      const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      expect({ Bucket, Status }).toEqual({ Bucket, Status: 'Enabled' });
      expect(ServerSideEncryptionConfiguration?.Rules).toHaveLength(1);
      expect(Policy).toContain('"aws:SecureTransport":"false"');
    }
  },
);

testApplied(
  'jobs can be restored to any second, and wake-up messages are encrypted and never lost in silence',
  async () => {
    const dynamodb = new DynamoDBClient(clientAt(primary.location));
    const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
    expect(TableNames).not.toEqual([]);
    for (const TableName of TableNames) {
      const { ContinuousBackupsDescription } = await dynamodb.send(
        new DescribeContinuousBackupsCommand({ TableName }),
      );
      expect(
        ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
      ).toBe('ENABLED');
    }
    const sqs = new SQSClient(clientAt(primary.location));
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const wake = emulated.record().stacks[primary.id]?.outputs['wake_queue_url'] as string;
    expect(QueueUrls).toContain(wake);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: wake, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      KmsMasterKeyId: expect.any(String),
      RedrivePolicy: expect.stringContaining('deadLetterTargetArn'),
    });
  },
);

testApplied(
  'the next plan of every stack is empty, but for what the emulator forgets or invents',
  async () => {
    const { stacks } = emulated.record();
    const applied = emulated.stacksHere.filter((name) => stacks[name] !== undefined);
    expect(applied).toEqual(emulated.stacksHere);
    const changes: string[] = [];
    for (const stack of applied)
      changes.push(
        ...unexplainedChanges(await emulated.nextPlan(stack)).map((c) => `${stack}: ${c}`),
      );
    expect(changes).toEqual([]);
  },
  allMsMax,
);

testApplied(
  'destroying the fleet leaves no bucket, no group and no address',
  async () => {
    await emulated.destroyAll();
    expect(emulated.record().stacks).toEqual({});
    const s3 = new S3Client({ ...clientAt('us-east-1'), forcePathStyle: true });
    expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    for (const location of [primary.location, vantage.location]) {
      const { Addresses } = await new EC2Client(clientAt(location)).send(
        new DescribeAddressesCommand({}),
      );
      expect([await groupsAt(location), Addresses]).toEqual([[], []]);
    }
  },
  allMsMax,
);
