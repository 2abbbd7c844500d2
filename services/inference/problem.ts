// Every refusal as RFC 9457 problem details: a stable code, what was found, why it is refused, what to do. Never a stack.
import { isInputError, isTransientError } from '../../fleet/errors.ts';
import type { ErrorParts } from '../../fleet/errors.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
}

export const problemMediaType = 'application/problem+json; charset=utf-8';

interface Kind {
  readonly status: number;
  readonly title: string;
}

/** One status and one title per code (RFC 9457, 3.1.3). Codes not listed: 400 for input, 503 for transient errors. */
const kinds: Readonly<Record<string, Kind>> = {
  'bad-url': { status: 400, title: 'The URL is malformed' },
  'blank-image': { status: 422, title: 'The picture shows nothing' },
  'body-too-large': { status: 413, title: 'The request is too large' },
  'consent-and-no-store': { status: 400, title: 'The request contradicts itself' },
  'damaged-image': { status: 422, title: 'The picture is damaged' },
  'decode-deadline': { status: 422, title: 'The picture takes too long to decode' },
  draining: { status: 503, title: 'This instance is shutting down' },
  'empty-file': { status: 400, title: 'The file is empty' },
  internal: { status: 500, title: 'The service met an error of its own' },
  'key-reused': { status: 422, title: 'The idempotency key stands for another request' },
  'method-not-allowed': { status: 405, title: 'The resource does not take this method' },
  'missing-image': { status: 400, title: 'The form has no picture' },
  'missing-model': { status: 400, title: 'The form names no model' },
  'model-not-found': { status: 404, title: 'There is no such model' },
  'no-such-consent': { status: 404, title: 'There is no such consent' },
  'no-such-film': { status: 404, title: 'There is no such film' },
  'model-drifting': { status: 503, title: 'The model no longer answers as it was evaluated' },
  'model-stale': { status: 503, title: 'The model was not checked for too long' },
  'no-such-heatmap': { status: 404, title: 'There is no such heat map' },
  'no-such-route': { status: 404, title: 'There is nothing at this URL' },
  'no-such-study': { status: 404, title: 'There is no such study' },
  'no-worker': { status: 503, title: 'No worker is running' },
  'not-authorised': { status: 401, title: 'The request is not authorised' },
  'not-kept': { status: 404, title: 'The film is not kept' },
  'not-multipart': { status: 415, title: 'The body is not a form' },
  'not-this-kind-of-film': { status: 422, title: 'This is not the kind of film the model reads' },
  'not-ready': { status: 503, title: 'The models are not ready' },
  'queue-full': { status: 503, title: 'The service is busy' },
  'research-not-offered': { status: 400, title: 'Nothing is kept for research here' },
  starting: { status: 503, title: 'The service is starting' },
  'table-model': { status: 400, title: 'The model reads no pictures' },
  'too-much-feedback': { status: 409, title: 'The film has enough opinions' },
  'too-many-parts': { status: 413, title: 'The form has too many parts' },
  'too-many-pixels': { status: 413, title: 'The picture has too many pixels' },
  'too-slow': { status: 503, title: 'The answer took too long' },
  'truncated-form': { status: 400, title: 'The form ends too early' },
  undecodable: { status: 422, title: 'The picture cannot be decoded' },
  'unknown-model': { status: 400, title: 'The model is not served here' },
  'unsupported-format': { status: 415, title: 'The file is neither PNG nor JPEG' },
  'url-too-long': { status: 414, title: 'The URL is too long' },
  'unsupported-media-type': { status: 415, title: 'The body has the wrong media type' },
  'wrong-consent': { status: 400, title: 'The consent is not understood' },
  'wrong-feedback': { status: 400, title: 'The feedback contradicts itself' },
  'version-gone': { status: 503, title: 'The version of the model has just changed' },
  'wrong-field': { status: 400, title: 'The picture is in the wrong field' },
  'wrong-grade': { status: 400, title: 'The model knows no such grade' },
  'wrong-key': { status: 400, title: 'The idempotency key is no key' },
};

/** What the framework refuses before a route sees the request, in our words: its own may repeat what the client sent. */
const frameworkProblems: Readonly<Record<string, ErrorParts & { readonly code: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: tooLarge(),
  FST_REQ_FILE_TOO_LARGE: tooLarge(),
  FST_FILES_LIMIT: tooManyParts('more than one file'),
  FST_FIELDS_LIMIT: tooManyParts('too many text fields'),
  FST_PARTS_LIMIT: tooManyParts('too many parts'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported-media-type',
    found: 'The Content-Type is missing or not one this resource reads',
    why: 'Studies are sent as multipart/form-data, tensors as application/json',
    remedy: 'Set the Content-Type to what the body is',
  },
  FST_INVALID_MULTIPART_CONTENT_TYPE: {
    code: 'not-multipart',
    found: 'The body is not multipart/form-data',
    why: 'A study is a form with the file field "image" and the text field "model"',
    remedy: 'Send a form, e.g. curl -F model=chest-pneumonia -F image=@film.png',
  },
  FST_MP_PREMATURE_CLOSE: truncated(),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'wrong-request',
    found: 'The body is not as long as its Content-Length says',
    why: 'A request cut short may mean something else than the whole one',
    remedy: 'Send it again, whole',
  },
  FST_ERR_BAD_URL: {
    code: 'bad-url',
    found: 'The URL cannot be decoded',
    why: 'A percent sign must be followed by two hexadecimal digits (RFC 3986, 2.1)',
    remedy: 'Encode the URL correctly',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'url-too-long',
    found: 'A segment of the URL has more than 128 characters',
    why: 'Nothing here has so long a name',
    remedy: 'Correct the URL',
  },
};

export function truncated(): ErrorParts & { readonly code: string } {
  return {
    code: 'truncated-form',
    found: 'The form ends before its closing boundary, or is not one',
    why: 'A picture cut short must not be read as if it were whole',
    remedy: 'Send the form again, whole',
  };
}

function tooLarge() {
  return {
    code: 'body-too-large',
    found: 'The body or the file in it is larger than this resource takes',
    why: 'A bound on every upload keeps one sender from crowding out all others',
    remedy: 'Send a smaller one; a radiograph of 4000 x 4000 pixels as PNG or JPEG always fits',
  };
}

function tooManyParts(what: string) {
  return {
    code: 'too-many-parts',
    found: `The form has ${what}`,
    why: 'A study is one picture and the name of one model',
    remedy: 'Send each picture in a form of its own',
  };
}

/** The problem to answer with. A bug says nothing about itself: it is in the log. */
export function problemOf(error: unknown): Problem {
  if (isInputError(error)) return problem(error.code, error.message, 400);
  if (isTransientError(error)) return problem(error.code, error.message, 503);
  return frameworkProblem(error) ?? problem('internal', internal, 500);
}

export function problem(code: string, detail: string, statusOtherwise = 400): Problem {
  const { status, title } = kinds[code] ?? {
    status: statusOtherwise,
    title: statusOtherwise === 503 ? 'Not now' : 'The request was refused',
  };
  return { type: `urn:problem-type:evenkeel:${code}`, title, status, detail, code };
}

const internal =
  'Something went wrong in the service. It is not of your making and has been recorded without your picture. Try again; another region may answer.';

function frameworkProblem(error: unknown): Problem | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, statusCode, validation, message } = error as Readonly<Record<string, unknown>>;
  if (Array.isArray(validation))
    return problem(
      'wrong-request',
      `${String(message)}. The request does not have the documented form. Correct it and send it again.`,
    );
  const known = frameworkProblems[String(code)];
  if (known !== undefined)
    return problem(known.code, `${known.found}. ${known.why}. ${known.remedy}.`);
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return null;
  return problem(
    'wrong-request',
    'The request could not be understood. Its body is not what its headers say, or not well-formed. Correct it and send it again.',
  );
}
