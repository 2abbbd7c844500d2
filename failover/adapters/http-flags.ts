// Flags as the world sees them: objects that anybody may read, in a place that is in no region.
import { Agent, request } from 'undici';
import { TransientError } from '../../fleet/errors.ts';
import { flagBytesMax, flagNoteIn } from '../../fleet/flag.ts';
import type { Flags } from '../ports.ts';
import { within } from './within.ts';

export interface HttpFlagsSettings {
  /** Ends in `flags/`; the region's id follows. */
  readonly folderUrl: string;
  readonly timeoutMs: number;
}

export interface HttpFlags extends Flags {
  close(): Promise<void>;
}

/** S3 answers 403 for an object that is not there, unless one may list the bucket. */
const absentStatuses: readonly number[] = [403, 404];

export function httpFlags({ folderUrl, timeoutMs }: HttpFlagsSettings): HttpFlags {
  const agent = new Agent({
    connections: 4,
    connect: { timeout: timeoutMs },
    maxResponseSize: flagBytesMax,
  });
  const look = async (url: URL) => {
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
    });
    // As Route 53's checkers judge: anything from 200 to 399 is an answer, so the flag is there.
    if (statusCode >= 200 && statusCode < 400) return flagNoteIn(await noteText(body));
    await body.dump();
    if (absentStatuses.includes(statusCode)) return null;
    throw new TransientError('flag-unreadable', {
      found: `${url.href} answers ${statusCode}`,
      why: 'Neither that the flag is raised nor that it is not',
      remedy: 'It is asked again in a few seconds',
    });
  };
  return {
    look: (region) => within(timeoutMs, look(new URL(region, folderUrl))),
    close: () => agent.destroy(),
  };
}

/** One that is too long to be a note is a flag all the same. */
const noteText = (body: { text(): Promise<string> }) =>
  body.text().catch((error: unknown) => {
    if ((error as { readonly code?: unknown }).code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return '';
    throw error;
  });
