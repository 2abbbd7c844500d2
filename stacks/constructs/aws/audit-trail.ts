// Who did what in this region's account and with its uploads, in a bucket that nobody can shorten before its time.
import { Cloudtrail } from '@cdktf/provider-aws/lib/cloudtrail/index.js';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { HardenedBucket } from './hardened-bucket.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly accountId: string;
  readonly keyArn: string;
  readonly accessLogBucket: string;
  /** One trail notes what is done in every location and to the whole account; those of other regions only their own. */
  readonly isForWholeAccount: boolean;
  /** Buckets whose every object access is noted. */
  readonly watchedBucketArns: readonly string[];
}

const noncurrentDays = 90;

export class AuditTrail extends Construct {
  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { fleet, region, accountId, keyArn } = props;
    const { protectsData, auditRetentionDays } = fleet.estate;
    const trailName = nameOf.aws(fleet, region.id, 'audit');
    const trailArn = `arn:aws:cloudtrail:${region.location}:${accountId}:trail/${trailName}`;
    const name = nameOf.worldBucket(fleet, region.id, 'audit');
    const audit = new HardenedBucket(this, 'bucket', {
      name,
      isProtected: protectsData,
      keyArn,
      accessLogBucket: props.accessLogBucket,
      noncurrentDays,
      hasObjectLock: true,
      statements: trailDelivery(name, accountId, trailArn),
    });
    new S3BucketObjectLockConfigurationA(this, 'lock', {
      bucket: audit.bucket.id,
      // COMPLIANCE: not even the account's root can shorten it. Where nothing is kept for good, those with the right to may.
      rule: {
        defaultRetention: {
          mode: protectsData ? 'COMPLIANCE' : 'GOVERNANCE',
          days: auditRetentionDays,
        },
      },
      dependsOn: [audit.versioning],
    });
    new Cloudtrail(this, 'trail', {
      name: trailName,
      s3BucketName: audit.bucket.id,
      kmsKeyId: keyArn,
      isMultiRegionTrail: props.isForWholeAccount,
      includeGlobalServiceEvents: props.isForWholeAccount,
      enableLogFileValidation: true,
      eventSelector: [
        {
          readWriteType: 'All',
          includeManagementEvents: props.isForWholeAccount,
          dataResource: [
            { type: 'AWS::S3::Object', values: props.watchedBucketArns.map((arn) => `${arn}/`) },
          ],
        },
      ],
      dependsOn: [audit.policy],
    });
  }
}

function trailDelivery(bucket: string, accountId: string, trailArn: string): readonly object[] {
  const Principal = { Service: 'cloudtrail.amazonaws.com' };
  const fromTrail = { StringEquals: { 'aws:SourceArn': trailArn } };
  return [
    {
      Sid: 'TheTrailLooksWhetherItMayDeliver',
      Effect: 'Allow',
      Principal,
      Action: 's3:GetBucketAcl',
      Resource: `arn:aws:s3:::${bucket}`,
      Condition: fromTrail,
    },
    {
      Sid: 'TheTrailDelivers',
      Effect: 'Allow',
      Principal,
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/AWSLogs/${accountId}/*`,
      Condition: fromTrail,
    },
  ];
}
