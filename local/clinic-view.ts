// The clinic's window on the fleet: a plain HTTP port that resolves api.<zone> as any client does and forwards there.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { disclaimer } from '../fleet/study.ts';
import { cannotListen } from './cannot-listen.ts';
import type { ZoneAnswer, ZoneClient } from './zone-client.ts';
import { NoAnswer } from './zone-client.ts';

const bodyBytesMax = 48 * 1024 * 1024;
const requestMsMax = 30_000;
/** These describe one connection, not the message (RFC 9110, 7.6.1), or are set anew on ours. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
]);

export interface ClinicView {
  readonly url: string;
  close(): Promise<void>;
}

export async function startClinicView(client: ZoneClient, port: number): Promise<ClinicView> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    forward(client, request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 500, 'unexpected', String(error));
      else response.destroy();
    });
  };
  const server = createServer({ requestTimeout: requestMsMax, headersTimeout: 5_000 }, answer);
  await listen(server, '127.0.0.1', port);
  const { port: bound } = server.address() as { port: number };
  // Browsers may take "localhost" for ::1; a machine without IPv6 has only the first.
  const server6 = createServer({ requestTimeout: requestMsMax, headersTimeout: 5_000 }, answer);
  await listen(server6, '::1', bound).catch(() => undefined);
  return {
    url: `http://localhost:${bound}`,
    close: async () => {
      await Promise.all([server, server6].map(close));
    },
  };
}

async function forward(
  client: ZoneClient,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === null) {
    return refuse(
      response,
      413,
      'body-too-large',
      `The upload is larger than ${bodyBytesMax / 2 ** 20} MiB. Larger files cannot be read. Send a smaller export.`,
    );
  }
  try {
    const answer = await client.send({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: endToEnd(request.headers),
      ...(body.length > 0 ? { body } : {}),
    });
    reply(response, answer, request.method === 'HEAD');
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const html = request.headers.accept?.includes('text/html') === true;
    response.setHeader('retry-after', '2');
    const detail = `No region answered just now (${error.attempts.join('; ')}). Nothing was lost: send it again in a few seconds.`;
    if (html) refuseAsPage(response, detail);
    else refuse(response, 503, 'no-region-answered', detail);
  }
}

function endToEnd(headers: IncomingMessage['headers']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !hopByHop.has(name))
      kept[name] = Array.isArray(value) ? value.join(', ') : value;
  return kept;
}

function reply(response: ServerResponse, answer: ZoneAnswer, withoutBody: boolean): void {
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
  // The page comes over plain HTTP from this port; the region's promise of HTTPS is for its own name.
  response.removeHeader('strict-transport-security');
  response.setHeader('x-evenkeel-address', answer.address);
  if (!withoutBody) response.setHeader('content-length', answer.body.length);
  response.writeHead(answer.status);
  response.end(withoutBody ? undefined : answer.body);
}

/** The whole body, so that it can be sent to another region when the first fails; null when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read on and throw away, so that the browser gets to see the answer.
    if (bytes <= bodyBytesMax) chunks.push(chunk);
    else if (bytes > 4 * bodyBytesMax) return null;
  }
  return bytes <= bodyBytesMax ? Buffer.concat(chunks) : null;
}

function refuse(response: ServerResponse, status: number, code: string, detail: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(
    JSON.stringify({
      type: `urn:problem-type:evenkeel:${code}`,
      title: code,
      status,
      code,
      detail,
    }),
  );
}

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function refuseAsPage(response: ServerResponse, detail: string): void {
  response.writeHead(503, { 'content-type': 'text/html; charset=utf-8' });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="3">` +
      `<title>No region answered</title><h1>No region answered</h1><p role="alert">${escape(detail)}</p>` +
      `<p><a href="/">Try again</a> (this page tries by itself every three seconds).</p><p>${disclaimer}</p></html>`,
  );
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, host, port)));
    server.listen({ host, port, exclusive: true }, () => resolve());
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
