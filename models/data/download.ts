// Fetches one large file over HTTP: resumes what broke off, caps the size, keeps nothing whose hash is wrong.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { InputError } from '../../fleet/errors.ts';

export interface DownloadRequest {
  readonly url: string;
  /** Where the complete, checked file goes; `<file>.part` holds what has come so far. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly onProgress: (bytesDone: number) => void;
  readonly pauseMs?: number;
}

/** A connection that stays silent for this long is given up and resumed. */
const silenceMsMax = 60_000;
const attemptsMax = 5;
const pauseMsDefault = 2_000;

export async function download(request: DownloadRequest): Promise<void> {
  const part = `${request.file}.part`;
  const { pauseMs = pauseMsDefault } = request;
  for (let attempt = 1; (await sizeOf(part)) !== request.bytes; attempt++) {
    try {
      await fetchRest(request, part);
    } catch (cause) {
      if (!isNetworkError(cause)) throw cause;
      if (attempt === attemptsMax) throw brokenOff(request, await sizeOf(part), cause);
      await new Promise((resume) => setTimeout(resume, pauseMs * attempt));
    }
  }
  const sha256 = await sha256OfFile(part);
  if (sha256 !== request.sha256) {
    await rm(part);
    throw new InputError('download-corrupted', {
      found: `${request.url} came with SHA-256 ${sha256}, not ${request.sha256}`,
      why: 'The file was damaged on the way, or is not the one that was deposited',
      remedy: 'Run the command again; nothing of the damaged file was kept',
    });
  }
  await rename(part, request.file);
}

/** Appends what is missing to `part`, or begins anew where the server cannot resume. */
async function fetchRest(request: DownloadRequest, part: string): Promise<void> {
  const have = await sizeOf(part);
  if (have > request.bytes) await rm(part);
  const from = have < request.bytes ? have : 0;
  const silence = new AbortController();
  const alarm = setTimeout(() => silence.abort(), silenceMsMax);
  try {
    const response = await fetch(request.url, {
      headers: from > 0 ? { range: `bytes=${from}-` } : {},
      signal: silence.signal,
    });
    if (!response.ok || response.body === null) throw refusedBy(response);
    const resumed = response.status === 206;
    let done = resumed ? from : 0;
    await using target = await open(part, resumed ? 'a' : 'w');
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      alarm.refresh();
      done += chunk.length;
      if (done > request.bytes) throw tooLong(request);
      await target.writeFile(chunk);
      request.onProgress(done);
    }
  } finally {
    clearTimeout(alarm);
  }
  const got = await sizeOf(part);
  if (got < request.bytes) throw Object.assign(new Error('closed early'), { code: 'ECONNRESET' });
}

/** GET of a small JSON document; `bytesMax` guards the memory. */
export async function fetchJson(url: string, bytesMax: number): Promise<unknown> {
  let text = '';
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(silenceMsMax) });
    if (!response.ok || response.body === null) throw refusedBy(response);
    const decoder = new TextDecoder();
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > bytesMax) throw notJson(url);
    }
  } catch (cause) {
    if (isNetworkError(cause)) throw unreachable(url, cause);
    throw cause;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw notJson(url);
  }
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const sizeOf = (file: string) =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** fetch() reports the network as a TypeError with a cause, and silence as an AbortError; sockets carry a code. */
function isNetworkError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError') return true;
  return (name === 'TypeError' && cause !== undefined) || String(code).startsWith('ECONN');
}

/** The innermost cause in words, e.g. `getaddrinfo ENOTFOUND host`. */
function reasonOf(error: unknown): string {
  const { cause, code, message } = (error ?? {}) as Record<string, unknown>;
  if (cause !== undefined) return reasonOf(cause);
  const words = [code, message].filter((part) => typeof part === 'string' && part !== '');
  return words.length === 2 && String(message).includes(String(code))
    ? String(message)
    : words.join(' ');
}

const unreachable = (url: string, cause: unknown) =>
  new InputError(
    'no-network',
    {
      found: `${url} cannot be reached (${reasonOf(cause)})`,
      why: 'The data are fetched from their public deposit and are not part of this repository',
      remedy: 'Check the internet connection and the proxy, then run the command again',
    },
    { cause },
  );

const brokenOff = (request: DownloadRequest, have: number, cause: unknown) =>
  new InputError(
    'download-broken-off',
    {
      found: `${request.url} broke off at ${have} of ${request.bytes} bytes, ${attemptsMax} times (${reasonOf(cause)})`,
      why: 'The connection does not last',
      remedy: 'Run the command again: it resumes where it stopped',
    },
    { cause },
  );

const refusedBy = (response: Response) =>
  new InputError('deposit-refused', {
    found: `${response.url} answered ${response.status} ${response.statusText}`,
    why: 'The deposit has moved, or refuses automatic downloads',
    remedy:
      'Open the DOI in a browser; the data folder can also be laid out by hand with a manifest.csv',
  });

const tooLong = ({ url, bytes }: DownloadRequest) =>
  new InputError('download-too-long', {
    found: `${url} sends more than the ${bytes} bytes it was listed with`,
    why: 'It is not the deposited file, and would fill the disk',
    remedy: 'Run the command again later, or open the DOI in a browser',
  });

const notJson = (url: string) =>
  new InputError('deposit-changed', {
    found: `${url} did not answer with a list of files`,
    why: 'The public interface of the deposit has changed, or something answers in its place',
    remedy:
      'Open the DOI in a browser; the data folder can also be laid out by hand with a manifest.csv',
  });
