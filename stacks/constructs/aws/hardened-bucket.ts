// An S3 bucket as all of ours are: private, encrypted, versioned, TLS only, owned by the account, and tidied up.
import { Construct } from 'constructs';
import type { TerraformProvider } from 'cdktf';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import type { S3BucketLifecycleConfigurationRule } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging/index.js';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning/index.js';

export interface HardenedBucketSettings {
  readonly name: string;
  /** Terraform refuses to destroy it, even when it is empty. */
  readonly isProtected: boolean;
  /** Null: encrypted with S3's own key, for what must be read without a right to ours (logs of AWS services, flags). */
  readonly keyArn: string | null;
  readonly provider?: TerraformProvider;
  /** Where each access is noted; null for the bucket of the notes itself. */
  readonly accessLogBucket: string | null;
  /** Older versions of an object are kept this long. */
  readonly noncurrentDays: number;
  readonly lifecycleRules?: readonly S3BucketLifecycleConfigurationRule[];
  readonly statements?: readonly object[];
  readonly hasObjectLock?: boolean;
  /** The only way to let anybody in; everything else stays blocked. */
  readonly allowsPublicPolicy?: boolean;
}

const abortedUploadDays = 7;

export class HardenedBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly versioning: S3BucketVersioningA;
  /** Services that deliver into the bucket need it first; its id is the bucket's name, for them to wait for it. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, settings: HardenedBucketSettings) {
    super(scope, id);
    const at = settings.provider === undefined ? {} : { provider: settings.provider };
    this.bucket = new S3Bucket(this, 'bucket', {
      bucket: settings.name,
      ...(settings.hasObjectLock === true ? { objectLockEnabled: true } : {}),
      // Environments that keep nothing are torn down whole.
      forceDestroy: !settings.isProtected,
      ...(settings.isProtected ? { lifecycle: { preventDestroy: true } } : {}),
      ...at,
    });
    const bucket = this.bucket.id;
    this.versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
      ...at,
    });
    new S3BucketOwnershipControls(this, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
      ...at,
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [encryptionRule(settings.keyArn)],
      ...at,
    });
    const isOpen = settings.allowsPublicPolicy === true;
    const access = new S3BucketPublicAccessBlock(this, 'public-access', {
      bucket,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: !isOpen,
      restrictPublicBuckets: !isOpen,
      ...at,
    });
    this.policy = new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: this.#policyText(settings.statements ?? []),
      dependsOn: [access],
      ...at,
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: [tidyRule(settings.noncurrentDays), ...(settings.lifecycleRules ?? [])],
      dependsOn: [this.versioning],
      ...at,
    });
    if (settings.accessLogBucket !== null)
      new S3BucketLoggingA(this, 'access-log', {
        bucket,
        targetBucket: settings.accessLogBucket,
        targetPrefix: `${settings.name}/`,
        ...at,
      });
  }

  #policyText(statements: readonly object[]): string {
    const { arn } = this.bucket;
    const tlsOnly = {
      Sid: 'RefuseWithoutTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    return JSON.stringify({ Version: '2012-10-17', Statement: [tlsOnly, ...statements] });
  }
}

/** A bucket key spares nearly every request to KMS. */
const encryptionRule = (keyArn: string | null) =>
  keyArn === null
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
    : {
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
        bucketKeyEnabled: true,
      };

const tidyRule = (noncurrentDays: number): S3BucketLifecycleConfigurationRule => ({
  id: 'tidy-up',
  status: 'Enabled',
  filter: [{ prefix: '' }],
  noncurrentVersionExpiration: [{ noncurrentDays }],
  abortIncompleteMultipartUpload: [{ daysAfterInitiation: abortedUploadDays }],
});

/** Lets S3 deliver access notes of this account's buckets into the bucket of that name. */
export const accessLogDelivery = (bucketName: string, accountId: string) => ({
  Sid: 'S3DeliversAccessNotes',
  Effect: 'Allow',
  Principal: { Service: 'logging.s3.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${bucketName}/*`,
  Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
});
