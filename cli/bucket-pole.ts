// The flags of a deployed fleet: objects in a bucket that stands in no region, written with the operator's own AWS identity.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { flagFolder, flagNoteIn } from '../fleet/flag.ts';
import type { RegionId } from '../fleet/fleet.ts';
import type { FlagPole } from '../local/flags.ts';

export interface BucketPlace {
  readonly name: string;
  readonly location: string;
  /** Of a stand-in for S3. */
  readonly endpoint?: string;
}

const attemptsMax = 4;

export function bucketPole({ name: Bucket, location, endpoint }: BucketPlace): FlagPole & {
  close(): void;
} {
  const client = new S3Client({
    region: location,
    maxAttempts: attemptsMax,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  const object = (region: RegionId) => ({ Bucket, Key: `${flagFolder}${region}` });
  return {
    read: async (region) => {
      try {
        const { Body } = await client.send(new GetObjectCommand(object(region)));
        return flagNoteIn((await Body?.transformToString()) ?? '');
      } catch (error) {
        // Whoever may list the bucket is told 404 for what is not there.
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },
    put: async (region, text) => {
      try {
        const content = { Body: text, ContentType: 'application/json', IfNoneMatch: '*' };
        await client.send(new PutObjectCommand({ ...object(region), ...content }));
        return true;
      } catch (error) {
        if ((error as Error).name === 'PreconditionFailed') return false;
        throw error;
      }
    },
    remove: async (region) => {
      await client.send(new DeleteObjectCommand(object(region)));
    },
    close: () => client.destroy(),
  };
}
