// What the front refuses, as RFC 9457 problem details: one status and one title for each code.
import { isInputError, isTransientError } from '../../fleet/errors.ts';
import { problemMediaType } from '../inference/problem.ts';
import type { Problem } from '../inference/problem.ts';
import { reply } from './gateway.ts';
import type { GatewayReply } from './gateway.ts';

/** Codes not listed: 400 for input, 503 for transient errors. */
const kinds: Readonly<Record<string, { readonly status: number; readonly title: string }>> = {
  'body-too-large': { status: 413, title: 'The request is too large' },
  'duplicate-key': { status: 400, title: 'A key stands twice' },
  internal: { status: 500, title: 'The service met an error of its own' },
  'key-reused': { status: 422, title: 'The idempotency key stands for another request' },
  'missing-key': { status: 400, title: 'The request has no idempotency key' },
  'no-such-job': { status: 404, title: 'There is no such job' },
  'no-such-route': { status: 404, title: 'There is nothing at this URL' },
  'not-json': { status: 400, title: 'The body is not JSON' },
  'not-started': { status: 503, title: 'The work is stored but not begun' },
  'service-unavailable': { status: 503, title: 'The service does not answer' },
  'unsupported-media-type': { status: 415, title: 'The body has the wrong media type' },
  'wrong-request': { status: 400, title: 'The request does not have the documented form' },
};

const retryAfterSeconds = 5;

/** A bug says nothing about itself: whoever calls logs it. */
export function problemReply(error: unknown): GatewayReply {
  if (isInputError(error)) return problemWith(problem(error.code, error.message, 400));
  if (isTransientError(error))
    return problemWith(problem(error.code, error.message, 503), {
      'retry-after': String(retryAfterSeconds),
    });
  const detail =
    'Something went wrong in the service. It is not of your making and has been recorded without your data. Send it again with the same Idempotency-Key.';
  return problemWith(problem('internal', detail, 500));
}

export const problemWith = (
  one: Problem,
  headers: Readonly<Record<string, string>> = {},
): GatewayReply => reply(one.status, one, { 'content-type': problemMediaType, ...headers });

function problem(code: string, detail: string, statusOtherwise: number): Problem {
  const { status, title } = kinds[code] ?? {
    status: statusOtherwise,
    title: statusOtherwise === 503 ? 'Not now' : 'The request was refused',
  };
  return { type: `urn:problem-type:evenkeel:${code}`, title, status, detail, code };
}
