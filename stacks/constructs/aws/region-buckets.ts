// What one AWS region stores as objects: uploads, models and releases, each with a copy far away, and the log of who touched them.
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { uploadDaysMax } from '../service-profile.ts';
import { BucketCopy, copyRuleId } from './bucket-copy.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { accessLogDelivery, HardenedBucket } from './hardened-bucket.ts';
import { balancerLogPrefix } from './region-balancer.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly accountId: string;
  readonly key: EncryptionKey;
  readonly away: {
    readonly location: string;
    readonly provider: AwsProvider;
    readonly key: EncryptionKey;
  };
}

/** By the names under which S3 measures how far a copy is behind. */
export interface BucketPair {
  readonly kind: Kind;
  readonly from: string;
  readonly to: string;
  readonly ruleId: string;
}

const noncurrentDays = 30;
/** A radiograph that was forgotten must not live on as an older version. */
const uploadNoncurrentDays = 1;

const kinds = ['uploads', 'models', 'artifacts'] as const;
type Kind = (typeof kinds)[number];

export class RegionBuckets extends Construct {
  readonly log: HardenedBucket;
  readonly buckets: Readonly<Record<Kind, HardenedBucket>>;
  readonly copies: BucketPair[] = [];
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    this.log = this.logBucket();
    this.buckets = {
      uploads: this.copied('uploads'),
      models: this.copied('models'),
      artifacts: this.copied('artifacts'),
    };
  }

  /** Balancers and S3 deliver logs under S3's own key only. */
  private logBucket(): HardenedBucket {
    const { fleet, region, accountId } = this.props;
    const { protectsData, logRetentionDays } = fleet.estate;
    const name = nameOf.worldBucket(fleet, region.id, 'log');
    return new HardenedBucket(this, 'log', {
      name,
      isProtected: protectsData,
      keyArn: null,
      accessLogBucket: null,
      noncurrentDays,
      lifecycleRules: [
        {
          id: 'forget',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: logRetentionDays }],
        },
      ],
      statements: [
        accessLogDelivery(name, accountId),
        ...balancerLogDelivery(name, accountId, region),
      ],
    });
  }

  private copied(kind: Kind): HardenedBucket {
    const { fleet, region, key, away } = this.props;
    const { protectsData } = fleet.estate;
    const common = {
      isProtected: protectsData,
      noncurrentDays: kind === 'uploads' ? uploadNoncurrentDays : noncurrentDays,
      lifecycleRules: lifecycleOf(kind),
    };
    const bucket = new HardenedBucket(this, kind, {
      ...common,
      name: nameOf.worldBucket(fleet, region.id, kind),
      keyArn: key.arn,
      accessLogBucket: this.log.policy.id,
    });
    const copy = new HardenedBucket(this, `${kind}-copy`, {
      ...common,
      name: nameOf.worldBucket(fleet, region.id, kind, 'copy'),
      keyArn: away.key.arn,
      // Access notes must be kept in the same place, and the copy is read by nobody until its original is lost.
      accessLogBucket: null,
      provider: away.provider,
    });
    new BucketCopy(this, `${kind}-replication`, {
      roleName: nameOf.role(fleet, region.id, kind, 'copy'),
      from: bucket,
      fromKeyArn: key.arn,
      to: copy,
      toKeyArn: away.key.arn,
      locations: { from: region.location, to: away.location },
    });
    this.copies.push({
      kind,
      from: bucket.bucket.id,
      to: copy.bucket.id,
      ruleId: copyRuleId,
    });
    return bucket;
  }
}

/** Radiographs are forgotten; of models and releases the older ones move to where keeping is cheap and reading takes no longer. */
const lifecycleOf = (kind: Kind) =>
  kind === 'uploads'
    ? [
        {
          id: 'forget',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: uploadDaysMax }],
        },
        {
          // What is left of a versioned object when all its versions are gone.
          id: 'forget-that-there-was-one',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
      ]
    : [
        {
          id: 'keep-cheaply',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          transition: [{ days: 30, storageClass: 'STANDARD_IA' }],
        },
      ];

/** Network balancers deliver through the log service (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html). */
function balancerLogDelivery(
  bucket: string,
  accountId: string,
  { location }: Region,
): readonly object[] {
  const Principal = { Service: 'delivery.logs.amazonaws.com' };
  const fromHere = {
    StringEquals: { 'aws:SourceAccount': accountId },
    ArnLike: { 'aws:SourceArn': `arn:aws:logs:${location}:${accountId}:*` },
  };
  return [
    {
      Sid: 'BalancersLookWhetherTheyMayDeliver',
      Effect: 'Allow',
      Principal,
      Action: 's3:GetBucketAcl',
      Resource: `arn:aws:s3:::${bucket}`,
      Condition: fromHere,
    },
    {
      Sid: 'BalancersDeliver',
      Effect: 'Allow',
      Principal,
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/${balancerLogPrefix}/AWSLogs/${accountId}/*`,
      Condition: fromHere,
    },
  ];
}
