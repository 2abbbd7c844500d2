// The store at a place as a person writes it: a folder of this machine, or a bucket as `s3://bucket`.
import { InputError } from '../../fleet/errors.ts';
import { fileObjectStore } from './file-object-store.ts';
import type { ObjectStore } from './object-store.ts';

const scheme = 's3://';
/** Rules for bucket names of S3, the few odd ones left to S3 itself. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** A film of 2,048 on a side, or a reading with its features, is far smaller. */
const objectBytesMax = 64 * 2 ** 20;

export const isBucket = (place: string): boolean => place.startsWith(scheme);

/** Credentials and region as the AWS SDK finds them. `InputError` 'wrong-place'. */
export async function storeAt(place: string): Promise<ObjectStore> {
  if (!isBucket(place)) return fileObjectStore(place);
  const bucket = place.slice(scheme.length);
  if (!bucketName.test(bucket))
    throw new InputError('wrong-place', {
      found: `"${place}" names no bucket`,
      why: 'A store has a bucket to itself, or a folder',
      remedy: 'Write s3:// and the name of a bucket, or the path of a folder',
    });
  // Only then: the client takes a while to load, and most services keep their films on disk.
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { s3ObjectStore } = await import('./s3-object-store.ts');
  return s3ObjectStore({ client: new S3Client({}), bucket, objectBytesMax });
}
