// A region's objects on Google Cloud: radiographs on their way, models to read them with, and releases to run.
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { uploadDaysMax } from '../service-profile.ts';
import { EncryptedBucket } from './encrypted-bucket.ts';
import type { BucketGrant } from './encrypted-bucket.ts';
import type { EncryptionKey } from './encryption-key.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly key: EncryptionKey;
  /** The identity of the machines, as a member of IAM policies. */
  readonly machines: string;
}

export class RegionBuckets extends Construct {
  readonly uploads: EncryptedBucket;
  readonly models: EncryptedBucket;
  readonly artifacts: EncryptedBucket;

  constructor(scope: Construct, id: string, { fleet, region, key, machines }: Props) {
    super(scope, id);
    const reads: BucketGrant = { member: machines, role: 'roles/storage.objectViewer' };
    // Creating without deleting: nothing that was accepted can be overwritten by a machine gone astray.
    const adds: BucketGrant = { member: machines, role: 'roles/storage.objectCreator' };
    const kept = { objectDaysMax: null, recoverableDays: 90 };
    const bucket = (
      part: string,
      own: typeof kept | { objectDaysMax: number; recoverableDays: number },
      grants: Readonly<Record<string, BucketGrant>>,
    ) =>
      new EncryptedBucket(this, part, {
        name: nameOf.worldBucket(fleet, region.id, part),
        location: region.location,
        key,
        isProtected: fleet.estate.protectsData,
        ...own,
        grants,
      });
    this.uploads = bucket(
      'uploads',
      { objectDaysMax: uploadDaysMax, recoverableDays: 1 },
      { reads, adds },
    );
    this.models = bucket('models', kept, { reads });
    this.artifacts = bucket('artifacts', kept, { reads });
  }
}
