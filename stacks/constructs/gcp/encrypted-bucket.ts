// A bucket as all of ours are: encrypted with our own key, versioned, closed to the public, and with an end to what lies in it.
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';

interface EncryptedBucketProps {
  readonly name: string;
  readonly location: string;
  readonly key: EncryptionKey;
  readonly isProtected: boolean;
  /** Objects are deleted at this age; null keeps them. */
  readonly objectDaysMax: number | null;
  /** How long a deleted or replaced object can be brought back. */
  readonly recoverableDays: number;
  /** Who may do what, by a name for the grant. */
  readonly grants: Readonly<Record<string, BucketGrant>>;
}

export interface BucketGrant {
  readonly member: string;
  readonly role: `roles/storage.${string}`;
}

const daySeconds = 86_400;
/** Parts of an upload that was never completed cost as much as objects and are seen by nobody. */
const abandonedUploadDays = 2;

/** Versions bring back objects while their bucket lives, only this a bucket. Google takes 7 days or none; what must be gone soon gets none. */
const softDeleteDays = ({ isProtected, objectDaysMax }: EncryptedBucketProps) =>
  isProtected && objectDaysMax === null ? 7 : 0;

export class EncryptedBucket extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: EncryptedBucketProps) {
    super(scope, id);
    const { name, location, key, isProtected, objectDaysMax, recoverableDays } = props;
    const bucket = new StorageBucket(this, 'bucket', {
      name,
      location,
      storageClass: 'STANDARD',
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      forceDestroy: !isProtected,
      encryption: { defaultKmsKeyName: key.id },
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: softDeleteDays(props) * daySeconds },
      lifecycleRule: [
        ...(objectDaysMax === null
          ? []
          : [{ action: { type: 'Delete' }, condition: { age: objectDaysMax, withState: 'LIVE' } }]),
        {
          action: { type: 'Delete' },
          condition: { daysSinceNoncurrentTime: recoverableDays, withState: 'ARCHIVED' },
        },
        {
          action: { type: 'AbortIncompleteMultipartUpload' },
          condition: { age: abandonedUploadDays },
        },
      ],
      dependsOn: [...key.grants],
      lifecycle: { preventDestroy: isProtected },
    });
    this.name = bucket.name;
    for (const [grant, { member, role }] of Object.entries(props.grants))
      new StorageBucketIamMember(this, grant, { bucket: bucket.name, member, role });
  }
}
