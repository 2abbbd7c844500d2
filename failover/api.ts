// The controller over HTTPS: what it sees (for its peers), what it does (for people), and orders. Callers prove who they are.
import Fastify from 'fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Server, ServerOptions } from 'node:https';
import { InputError, isInputError, isTransientError } from '../fleet/errors.ts';
import type { Caller } from './adapters/mutual-tls.ts';
import { orderLine } from './chronicle.ts';
import type { Controller } from './controller.ts';
import { checkFeasible, orderRequest } from './order-intake.ts';
import { mayAsk } from './rights.ts';
import { reportOf, statusOf } from './status.ts';

const bodyBytesMax = 4_096;
const requestMsMax = 5_000;
const headersMsMax = 3_000;
/** Node looks for late senders only every 30 s unless told otherwise. */
const lateSendersCheckMs = 1_000;
const connectionsMax = 200;

/** RFC 9457. Codes not listed: 422 for what someone can mend. */
const statuses: Readonly<Record<string, number>> = {
  'not-allowed': 403,
  'certificate-ended': 403,
  'no-survivor': 409,
  frozen: 409,
  'refused-by-rule': 409,
  'not-watching-yet': 503,
  'no-such-resource': 404,
  'body-too-large': 413,
  'not-json': 415,
  'malformed-json': 400,
  'wrong-request': 400,
};

export interface Door {
  readonly tls: ServerOptions;
  /** Null for somebody who is nobody here. */
  readonly callerOf: (request: FastifyRequest) => Caller | null;
  readonly onDenied: (caller: Caller, what: string) => void;
}

export function controllerApi(
  controller: Controller,
  { tls, callerOf, onDenied }: Door,
): FastifyInstance<Server> {
  const app = Fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    return503OnClosing: false,
    forceCloseConnections: true,
    https: {
      ...tls,
      headersTimeout: headersMsMax,
      connectionsCheckingInterval: lateSendersCheckMs,
    },
    // Each is a request of its own, and would need a right of its own.
    exposeHeadRoutes: false,
  });
  app.server.maxConnections = connectionsMax;
  // A page elsewhere can make a browser send text/plain here, but not JSON, without asking first.
  app.removeContentTypeParser('text/plain');
  const { metrics, clock } = controller.settings;

  const callers = new WeakMap<FastifyRequest, Caller>();
  app.addHook('onRequest', (request, reply, done) => {
    const caller = callerOf(request);
    const what = `${request.method} ${request.routeOptions.url ?? 'something that does not exist'}`;
    const denial = denialOf(caller, request, clock.wallMs());
    // Whoever is refused once is not listened to further: a kept connection would outlive the certificate.
    if (denial !== null) reply.header('connection', 'close');
    if (denial !== null && caller !== null) onDenied(caller, `${what}: ${denial.code}`);
    if (caller !== null) callers.set(request, caller);
    done(denial ?? undefined);
  });
  app.get('/observation', () => reportOf(controller));
  app.get('/status', () => statusOf(controller));
  app.get('/metrics', async (_, reply) => {
    void reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  app.post('/orders', async (asked, reply) => {
    // Whatever the sender says of itself: an order is its whose certificate came with it.
    const request = orderRequest(asked.body, callers.get(asked)?.name ?? '');
    checkFeasible(controller, request);
    const order = await controller.settings.desk.give(request);
    await controller.chronicle.record({ kind: 'order', ...orderLine(order) });
    void reply.code(201);
    return controller.settings.desk.inTransit().find(({ id }) => id === order.id);
  });

  app.setNotFoundHandler(({ method, url }) => {
    throw new InputError('no-such-resource', {
      found: `There is no ${method} ${url.slice(0, 200)}`,
      why: 'The controller serves its view and takes orders, nothing else',
      remedy: 'Use GET /status, /observation, /metrics or POST /orders',
    });
  });
  app.setErrorHandler((error, _, reply) => {
    const problem = problemOf(error);
    if (problem.status === 500) metrics.faults.inc({ where: 'api' });
    return reply.code(problem.status).type('application/problem+json; charset=utf-8').send(problem);
  });
  return app;
}

/** A certificate is judged at each request: a connection may outlive it. A route that does not exist is 404 to operators only. */
function denialOf(
  caller: Caller | null,
  { method, routeOptions }: FastifyRequest,
  wallMs: number,
): InputError | null {
  const route = routeOptions.url;
  if (caller !== null && wallMs >= caller.notAfterMs)
    return new InputError('certificate-ended', {
      found: `The certificate of ${caller.role} ${caller.name} has ended`,
      why: 'Nobody is believed for longer than their certificate says',
      remedy: 'Issue a new one (evenkeel authority issue)',
    });
  const isAllowed =
    caller !== null &&
    (route === undefined ? caller.role === 'operator' : mayAsk(caller.role, method, route));
  if (isAllowed) return null;
  return new InputError('not-allowed', {
    found: `${caller === null ? 'This certificate' : `A certificate of role "${caller.role}"`} does not allow this`,
    why: 'Vantages fetch reports, monitors fetch metrics, and operators see everything and give orders',
    remedy: 'Use a certificate of an operator (evenkeel authority issue --operator NAME)',
  });
}

/** What the framework refuses before a route sees it; its own words may repeat what was sent. */
const frameworkCodes: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'body-too-large',
    `The body has more than ${bodyBytesMax} bytes. An order is far shorter. Send only its four fields.`,
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'not-json',
    'The body is not declared as JSON. An order is a JSON object. Set Content-Type: application/json.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: [
    'malformed-json',
    'The body is not well-formed JSON. An order is a JSON object. Correct it and send it again.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    'malformed-json',
    'The body is empty. An order is a JSON object. Send its four fields.',
  ],
};

export function problemOf(error: unknown) {
  if (isInputError(error) || isTransientError(error))
    return problem(error.code, error.message, statuses[error.code] ?? 422);
  const { code = '', statusCode = 500 } = error as {
    readonly code?: string;
    readonly statusCode?: number;
  };
  const known = frameworkCodes[code];
  if (known !== undefined) return problem(known[0], known[1], statuses[known[0]] ?? 400);
  if (statusCode >= 400 && statusCode < 500)
    return problem('wrong-request', 'The request could not be understood.', 400);
  return problem('internal', 'The controller met an error of its own; its journal has it.', 500);
}

const problem = (code: string, detail: string, status: number) => ({
  type: `urn:problem-type:evenkeel:${code}`,
  title: code.replaceAll('-', ' '),
  status,
  detail,
  code,
});
