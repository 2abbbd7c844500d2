import { expect, test } from '@jest/globals';
import { presignedUrl } from '../../../services/pipelines/presigned-url.ts';
import type { Presigning } from '../../../services/pipelines/presigned-url.ts';
import { uploadUrls } from '../../../services/pipelines/upload-urls.ts';

/** AWS's own example: "Authenticating Requests: Using Query Parameters", with its published keys and signature. */
const published: Presigning = {
  method: 'GET',
  host: 'examplebucket.s3.amazonaws.com',
  path: '/test.txt',
  location: 'us-east-1',
  headers: {},
  seconds: 86_400,
  atMs: Date.UTC(2013, 4, 24),
};
const publishedKeys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

const signatureOf = (url: string) => new URL(url).searchParams.get('X-Amz-Signature');

test("signs AWS's published example as AWS does", () => {
  const url = new URL(presignedUrl(published, publishedKeys));
  expect(signatureOf(url.href)).toBe(
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
  expect(url.searchParams.get('X-Amz-Credential')).toBe(
    'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
  );
  expect(url.searchParams.get('X-Amz-Date')).toBe('20130524T000000Z');
});

test.each<[string, Partial<Presigning>]>([
  ['method', { method: 'PUT' }],
  ['object', { path: '/other.txt' }],
  ['bucket', { host: 'otherbucket.s3.amazonaws.com' }],
  ['location', { location: 'eu-west-3' }],
  ['time', { atMs: published.atMs + 1_000 }],
  ['duration', { seconds: 60 }],
  ['headers', { headers: { 'if-none-match': '*' } }],
])('another %s has another signature', (_what, change) => {
  expect(signatureOf(presignedUrl({ ...published, ...change }, publishedKeys))).not.toBe(
    signatureOf(presignedUrl(published, publishedKeys)),
  );
});

test('a path that would have to be encoded is refused rather than signed wrongly', () => {
  expect(() => presignedUrl({ ...published, path: '/a b' }, publishedKeys)).toThrow('encoding');
});

test('an upload address names its object, ends soon, and can replace nothing', async () => {
  const urls = uploadUrls({
    bucket: 'evenkeel-uploads',
    location: 'eu-west-3',
    keys: async () => ({ ...publishedKeys, sessionToken: 'session/+=' }),
    nowMs: () => Date.UTC(2026, 10, 21, 9),
  });
  const { url, headers, expiresAt } = await urls.urlFor('batch/clinic/film.png');
  const parsed = new URL(url);
  expect(parsed.origin + parsed.pathname).toBe(
    'https://evenkeel-uploads.s3.eu-west-3.amazonaws.com/batch/clinic/film.png',
  );
  expect(parsed.searchParams.get('X-Amz-SignedHeaders')).toBe('host;if-none-match');
  expect(parsed.searchParams.get('X-Amz-Security-Token')).toBe('session/+=');
  expect(headers).toEqual({ 'if-none-match': '*' });
  expect(expiresAt).toBe('2026-11-21T09:15:00.000Z');
});
