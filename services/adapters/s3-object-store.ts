// An object store in a bucket of S3, or a folder of one. A put is conditional (`If-None-Match: *`), so S3 itself decides who came first.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { checkedKey } from './object-store.ts';
import type { ListOptions, ObjectHead, ObjectStore } from './object-store.ts';

export interface S3ObjectStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Read no object that is larger: it would be held in memory whole. */
  readonly objectBytesMax: number;
}

/** S3 lists at most so many at a time. */
const pageMax = 1_000;
const putAttemptsMax = 5;

export function s3ObjectStore({
  client,
  bucket: Bucket,
  objectBytesMax,
}: S3ObjectStoreOptions): ObjectStore {
  const page = async (prefix: string, after: string, max: number) => {
    const { Contents: contents = [], IsTruncated: hasMore = false } = await client.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: prefix,
        MaxKeys: Math.min(max, pageMax),
        ...(after === '' ? {} : { StartAfter: after }),
      }),
    );
    const heads = contents.map(({ Key = '', Size = 0, LastModified }) => ({
      key: Key,
      sizeBytes: Size,
      modifiedAtMs: LastModified?.getTime() ?? 0,
    }));
    return { heads, hasMore };
  };
  return {
    putIfAbsent: async (key, bytes) =>
      putOnce(client, { Bucket, Key: checkedKey(key), Body: bytes }),
    async get(key) {
      const found = await unlessMissing(
        client.send(new GetObjectCommand({ Bucket, Key: checkedKey(key) })),
      );
      if (found === null) return null;
      const { ContentLength: sizeBytes = 0, Body } = found;
      if (sizeBytes > objectBytesMax)
        throw new Error(
          `an object of ${sizeBytes} bytes is larger than the ${objectBytesMax} read`,
        );
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    async head(key) {
      const found = await unlessMissing(
        client.send(new HeadObjectCommand({ Bucket, Key: checkedKey(key) })),
      );
      if (found === null) return null;
      const { ContentLength: sizeBytes = 0, LastModified } = found;
      return { key, sizeBytes, modifiedAtMs: LastModified?.getTime() ?? 0 };
    },
    async list(prefix: string, { after = '', max }: ListOptions) {
      const found: ObjectHead[] = [];
      for (let hasMore = max > 0; hasMore && found.length < max;) {
        const next = await page(prefix, found.at(-1)?.key ?? after, max - found.length);
        found.push(...next.heads);
        hasMore = next.hasMore;
      }
      return found;
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: checkedKey(key) }));
    },
  };
}

async function putOnce(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string; readonly Body: Uint8Array },
): Promise<'created' | 'exists'> {
  for (let attempt = 1; ; attempt++)
    try {
      const ContentLength = object.Body.length;
      await client.send(new PutObjectCommand({ ...object, ContentLength, IfNoneMatch: '*' }));
      return 'created';
    } catch (error) {
      const status = statusOf(error);
      if (status === 412) return 'exists';
      // Another write of the same key was in progress, and whether it will succeed is not known yet (ConditionalRequestConflict).
      if (status !== 409 || attempt === putAttemptsMax) throw error;
    }
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

const statusOf = (error: unknown): number => {
  const metadata = (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | null)
    ?.$metadata;
  return metadata?.httpStatusCode ?? 0;
};
