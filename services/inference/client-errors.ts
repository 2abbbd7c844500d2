// Answers what never became a request: malformed or oversized headers, and senders too slow. Same problem details, by hand.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemMediaType } from './problem.ts';

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const malformed: Refusal = {
  status: 400,
  code: 'malformed-request',
  detail: 'The bytes received are not an HTTP/1.1 request. They are not guessed at. Send it again.',
};

const refusals: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request-timeout',
    detail:
      'The request did not arrive in time. Half-sent requests would hold connections from others. Send it again.',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers-too-large',
    detail: 'The headers exceed 8 KiB. Nothing here needs more. Send fewer or shorter ones.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'body-too-large',
    detail: 'The chunk extensions are too long. Nothing here reads them. Send the body without.',
  },
};

export const clientErrorReply =
  (region: string) =>
  (error: { readonly code?: string }, socket: Socket): void => {
    // Nothing can be said to a peer that has gone, and nothing may be added to a reply that has begun.
    if (error.code === 'ECONNRESET' || !socket.writable || replyHasBegun(socket)) {
      socket.destroy();
      return;
    }
    socket.end(replyTo(refusals[error.code ?? ''] ?? malformed, region));
    // `end` alone would leave a peer that never closes its half connected.
    socket.once('finish', () => socket.destroy());
  };

/** Node keeps the reply in progress here, and its own handler looks at it in the same way. */
function replyHasBegun(socket: Socket): boolean {
  const reply: unknown = Reflect.get(socket, '_httpMessage');
  return typeof reply === 'object' && reply !== null && Reflect.get(reply, 'headersSent') === true;
}

function replyTo({ status, code, detail }: Refusal, region: string): string {
  const title = STATUS_CODES[status] ?? '';
  const type = `urn:problem-type:evenkeel:${code}`;
  const body = JSON.stringify({ type, title, status, detail, code });
  return [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-evenkeel-region: ${region}`,
    '',
    body,
  ].join('\r\n');
}
