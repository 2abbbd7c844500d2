// The HTTP side of the API: bounds, signature present, allowance, dispatch, errors as XML.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { isServiceError, ServiceError } from '../core/service-error.ts';
import { portTaken } from '../port-taken.ts';
import { findOperation } from './routes.ts';
import type { ApiReply, Service } from './service.ts';
import { renderXml } from './xml.ts';

/** 1,000 records with 32,000 characters of values are under 300 kB of XML. */
export const bodyBytesMax = 1_048_576;
const requestMs = 10_000;
const connectionsMax = 128;

export interface ApiListener {
  readonly url: string;
  close: () => Promise<void>;
}

export interface ApiListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly service: Service;
  /** Takes one request from the account's allowance; false when there is none left. */
  readonly admit: () => boolean;
  readonly newRequestId: () => string;
  /** A fault of ours, not of the caller's. */
  readonly onBug: (error: unknown) => void;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyBytesMax)
      throw new ServiceError(
        'RequestEntityTooLarge',
        `A request body may have at most ${bodyBytesMax} bytes`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Signatures are not verified, but must be there: the real service asks, and no web page can send one unasked. */
function requireSignature(request: IncomingMessage): void {
  if (!(request.headers.authorization ?? '').startsWith('AWS4-HMAC-SHA256 '))
    throw new ServiceError('MissingAuthenticationToken', 'Missing Authentication Token');
}

async function perform(request: IncomingMessage, options: ApiListenerOptions): Promise<ApiReply> {
  requireSignature(request);
  if (!options.admit()) throw new ServiceError('Throttling', 'Rate exceeded');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://route53.invalid');
  const method = request.method ?? '';
  const found = findOperation(method, pathname);
  if (found === null)
    throw new ServiceError(
      'UnknownOperationException',
      `The local Route 53 has no operation ${method} ${pathname}`,
    );
  const body = await readBody(request);
  return found.operation(options.service, { ids: found.ids, query: searchParams, body });
}

function send(
  response: ServerResponse,
  requestId: string,
  reply: { status: number; xml: string; location?: string },
): void {
  response.writeHead(reply.status, {
    'content-type': 'text/xml',
    'content-length': Buffer.byteLength(reply.xml),
    'x-amzn-requestid': requestId,
    ...(reply.location !== undefined && { location: reply.location }),
    // An upload we stopped reading cannot be followed by another request.
    ...(reply.status === 413 && { connection: 'close' }),
  });
  response.end(reply.xml);
}

/** The form the service has used for every error since 2024, InvalidChangeBatch too (aws-sdk-kotlin issue 1433). */
const errorXml = (code: string, message: string, requestId: string, isOurs: boolean): string =>
  renderXml('ErrorResponse', {
    Error: { Type: isOurs ? 'Receiver' : 'Sender', Code: code, Message: message },
    RequestId: requestId,
  });

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiListenerOptions,
): Promise<void> {
  const requestId = options.newRequestId();
  try {
    const { status, root, content, location } = await perform(request, options);
    const xml = renderXml(root, content);
    send(response, requestId, { status, xml, ...(location !== undefined && { location }) });
  } catch (error) {
    if (isServiceError(error)) {
      const xml = errorXml(error.code, error.message, requestId, false);
      send(response, requestId, { status: error.status, xml });
      return;
    }
    options.onBug(error);
    if (response.headersSent) response.destroy();
    else
      send(response, requestId, {
        status: 500,
        xml: errorXml('InternalFailure', 'The local Route 53 failed', requestId, true),
      });
  }
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** @throws InputError `port-taken` when the port is in use. */
export function listenApi(options: ApiListenerOptions): Promise<ApiListener> {
  const { host, port } = options;
  const server = createServer({ requestTimeout: requestMs, headersTimeout: requestMs }, (q, r) => {
    void handle(q, r, options);
  });
  server.maxConnections = connectionsMax;
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portTaken('Route 53 API', host, port, error) : error);
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      const shownHost = host.includes(':') ? `[${host}]` : host;
      resolve({
        url: `http://${shownHost}:${portOf(server)}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
