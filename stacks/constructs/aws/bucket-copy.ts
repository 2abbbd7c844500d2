// Copies every new object of a bucket to one in another location, by a role that can do nothing else.
import { Construct } from 'constructs';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { S3BucketReplicationConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration/index.js';
import type { HardenedBucket } from './hardened-bucket.ts';

export interface BucketCopySettings {
  readonly roleName: string;
  readonly from: HardenedBucket;
  readonly fromKeyArn: string;
  readonly to: HardenedBucket;
  readonly toKeyArn: string;
  readonly locations: { readonly from: string; readonly to: string };
}

/** S3's promise for nearly all objects, and the only time that it takes. */
export const copyMinutesMax = 15;
export const copyRuleId = 'everything';

const throughS3 = (location: string) => ({
  StringEquals: { 'kms:ViaService': `s3.${location}.amazonaws.com` },
});

export class BucketCopy extends Construct {
  constructor(scope: Construct, id: string, settings: BucketCopySettings) {
    super(scope, id);
    const { from, to, toKeyArn } = settings;
    const role = new IamRole(this, 'role', {
      name: settings.roleName,
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    });
    new IamRolePolicy(this, 'rights', { role: role.id, policy: rights(settings) });
    new S3BucketReplicationConfigurationA(this, 'replication', {
      bucket: from.bucket.id,
      role: role.arn,
      rule: [
        {
          id: copyRuleId,
          status: 'Enabled',
          priority: 0,
          filter: { prefix: '' },
          // What is deleted here stays there until it expires: a copy that follows every mistake protects from none.
          deleteMarkerReplication: { status: 'Disabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            bucket: to.bucket.arn,
            encryptionConfiguration: { replicaKmsKeyId: toKeyArn },
            // Measured, with an event when it takes longer.
            replicationTime: { status: 'Enabled', time: { minutes: copyMinutesMax } },
            metrics: { status: 'Enabled', eventThreshold: { minutes: copyMinutesMax } },
          },
        },
      ],
      dependsOn: [from.versioning, to.versioning],
    });
  }
}

function rights({ from, to, fromKeyArn, toKeyArn, locations }: BucketCopySettings): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
        Resource: from.bucket.arn,
      },
      {
        Effect: 'Allow',
        Action: [
          's3:GetObjectVersionForReplication',
          's3:GetObjectVersionAcl',
          's3:GetObjectVersionTagging',
        ],
        Resource: `${from.bucket.arn}/*`,
      },
      {
        Effect: 'Allow',
        Action: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'],
        Resource: `${to.bucket.arn}/*`,
      },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: fromKeyArn,
        Condition: throughS3(locations.from),
      },
      {
        Effect: 'Allow',
        Action: 'kms:Encrypt',
        Resource: toKeyArn,
        Condition: throughS3(locations.to),
      },
    ],
  });
}
