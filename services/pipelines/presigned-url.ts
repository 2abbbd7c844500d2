// A URL that carries its own right: AWS Signature Version 4 in the query, as S3 takes it, for one method, one object, one while.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
import { createHash, createHmac } from 'node:crypto';

export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface Presigning {
  readonly method: 'GET' | 'PUT';
  readonly host: string;
  /** Of characters that need no encoding, `A-Za-z0-9._-/`. */
  readonly path: string;
  readonly location: string;
  /** That whoever uses the URL must send, exactly so; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly atMs: number;
}

const algorithm = 'AWS4-HMAC-SHA256';

export function presignedUrl(request: Presigning, keys: SigningKeys): string {
  const { method, host, path, location, seconds, atMs } = request;
  if (!/^\/[\w./-]+$/.test(path)) throw new Error(`the path "${path}" would need encoding`);
  // 20261121T090000Z
  const at = new Date(atMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = [at.slice(0, 8), location, 's3', 'aws4_request'];
  const headers = Object.entries({ ...request.headers, host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const signed = headers.map(([name]) => name).join(';');
  const query = queryOf({
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': [keys.accessKeyId, ...scope].join('/'),
    'X-Amz-Date': at,
    'X-Amz-Expires': String(seconds),
    ...(keys.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': keys.sessionToken }),
    'X-Amz-SignedHeaders': signed,
  });
  const canonical = [
    method,
    path,
    query,
    ...headers.map(([name, value]) => `${name}:${value.trim()}`),
    '',
    signed,
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const statement = [algorithm, at, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${keys.secretAccessKey}`,
  );
  return `https://${host}${path}?${query}&X-Amz-Signature=${hmac(key, statement).toString('hex')}`;
}

/** Sorted by name, everything but unreserved characters encoded (RFC 3986), as the signature is computed over it. */
const queryOf = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');

const encoded = (text: string) =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
