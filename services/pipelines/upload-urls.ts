// Addresses to which clients put pictures themselves: API Gateway takes 10 MB and a function 6, and a radiograph may have 48.
import { presignedUrl } from './presigned-url.ts';
import type { SigningKeys } from './presigned-url.ts';
import type { UploadUrls } from './handle.ts';

export interface UploadUrlOptions {
  readonly bucket: string;
  readonly location: string;
  readonly keys: () => Promise<SigningKeys>;
  readonly nowMs: () => number;
}

/** Long enough for a hundred films on a slow line. */
const urlSeconds = 900;
/** What is there is never replaced: a batch that names it reads what its client has put. */
const headers = { 'if-none-match': '*' };

export const uploadUrls = ({ bucket, location, keys, nowMs }: UploadUrlOptions): UploadUrls => ({
  async urlFor(key) {
    const atMs = nowMs();
    const url = presignedUrl(
      {
        method: 'PUT',
        host: `${bucket}.s3.${location}.amazonaws.com`,
        path: `/${key}`,
        location,
        headers,
        seconds: urlSeconds,
        atMs,
      },
      await keys(),
    );
    return { url, headers, expiresAt: new Date(atMs + urlSeconds * 1_000).toISOString() };
  },
});
