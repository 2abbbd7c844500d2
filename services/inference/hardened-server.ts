// An HTTP server that defends itself: every wait and every size is bounded (by Node's own defaults they are not).
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Settings } from '../settings.ts';

/** A certificate chain and its key, PEM. */
export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export type ServerLimits = Pick<
  Settings,
  'connectionsMax' | 'keepAliveSeconds' | 'requestSecondsMax' | 'queueSecondsMax' | 'runSecondsMax'
>;

const headersMsMax = 3_000;
/** Node looks for late senders only every 30 s unless told otherwise. */
const lateSendersCheckMs = 1_000;
const headerBytesMax = 8_192;
const requestsPerSocketMax = 1_000;
/** Beyond waiting and running a reply takes no longer than this, so a socket silent beyond the sum is dead. */
const replyMarginMs = 10_000;

export function hardenedServer(
  handler: RequestListener,
  limits: ServerLimits,
  tls: Tls | null,
): Server {
  const options = {
    headersTimeout: headersMsMax,
    connectionsCheckingInterval: lateSendersCheckMs,
    maxHeaderSize: headerBytesMax,
    requestTimeout: limits.requestSecondsMax * 1_000,
    keepAliveTimeout: limits.keepAliveSeconds * 1_000,
  };
  const server: Server =
    tls === null
      ? createHttpServer(options, handler)
      : createHttpsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, handler);
  server.maxRequestsPerSocket = requestsPerSocketMax;
  server.maxConnections = limits.connectionsMax;
  server.setTimeout((limits.queueSecondsMax + limits.runSecondsMax) * 1_000 + replyMarginMs);
  return server;
}
