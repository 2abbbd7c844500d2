// The token endpoint of the pool of clients, over HTTPS.
import { TransientError } from '../../fleet/errors.ts';
import type { TokenEndpoint } from './token-reply.ts';

const answerMsMax = 10_000;

export const tokenEndpoint = (url: string, send: typeof fetch): TokenEndpoint => ({
  async exchange({ form, authorization }) {
    try {
      const response = await send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(authorization === null ? {} : { authorization }),
        },
        body: new URLSearchParams(form).toString(),
        redirect: 'error',
        signal: AbortSignal.timeout(answerMsMax),
      });
      if (response.status >= 500) throw new Error(`status ${response.status}`);
      return { status: response.status, body: await response.text() };
    } catch (cause) {
      throw new TransientError(
        'service-unavailable',
        {
          found: 'The pool of clients does not answer',
          why: 'No token can be issued without it; tokens that were issued stay valid',
          remedy: 'Ask again after the seconds in Retry-After',
        },
        { cause },
      );
    }
  },
});
