// The controller over HTTP: what it sees (for its peers), what it does (for people), and orders. Loopback by default.
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { InputError, isInputError, isTransientError, TransientError } from '../fleet/errors.ts';
import { orderLine } from './chronicle.ts';
import type { Controller } from './controller.ts';
import type { OrderRequest } from './order-desk.ts';
import { reportOf, statusOf } from './status.ts';

const bodyBytesMax = 4_096;
const requestMsMax = 5_000;
const headersMsMax = 3_000;
/** Node looks for late senders only every 30 s unless told otherwise. */
const lateSendersCheckMs = 1_000;
const connectionsMax = 200;

/** RFC 9457. Codes not listed: 422 for what someone can mend. */
const statuses: Readonly<Record<string, number>> = {
  'no-survivor': 409,
  'not-watching-yet': 503,
  'no-such-resource': 404,
  'body-too-large': 413,
  'not-json': 415,
  'malformed-json': 400,
  'wrong-request': 400,
};

export function controllerApi(controller: Controller): FastifyInstance {
  const app = Fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    return503OnClosing: false,
    forceCloseConnections: true,
    http: { headersTimeout: headersMsMax, connectionsCheckingInterval: lateSendersCheckMs },
  });
  app.server.maxConnections = connectionsMax;
  // A page elsewhere can make a browser send text/plain here, but not JSON, without asking first.
  app.removeContentTypeParser('text/plain');
  const { metrics } = controller.settings;

  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/observation', () => reportOf(controller));
  app.get('/status', () => statusOf(controller));
  app.get('/metrics', async (_, reply) => {
    void reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  app.post('/orders', async ({ body }, reply) => {
    const request = orderRequest(body);
    if (request.kind === 'drain') checkSurvivors(controller, request.region);
    const order = await controller.settings.desk.give(request);
    await controller.chronicle.record({ kind: 'order', ...orderLine(order) });
    void reply.code(201);
    return controller.settings.desk.inTransit().find(({ id }) => id === order.id);
  });

  app.setNotFoundHandler(({ method, url }) => {
    throw new InputError('no-such-resource', {
      found: `There is no ${method} ${url.slice(0, 200)}`,
      why: 'The controller serves its view and takes orders, nothing else',
      remedy: 'Use GET /status, /observation, /metrics, /livez or POST /orders',
    });
  });
  app.setErrorHandler((error, _, reply) => {
    const problem = problemOf(error);
    if (problem.status === 500) metrics.faults.inc({ where: 'api' });
    return reply.code(problem.status).type('application/problem+json; charset=utf-8').send(problem);
  });
  return app;
}

/** A drain that leaves nobody to take the users is refused here, and not obeyed by `steer` when that comes later (I15). */
function checkSurvivors({ beat, settings }: Controller, region: string): void {
  const { decision } = beat;
  if (decision === null)
    throw new TransientError('not-watching-yet', {
      found: 'This vantage has not seen the fleet yet',
      why: 'A region is only drained while another one is known to be up',
      remedy: 'Try again in a few seconds',
    });
  const survivors = settings.fleet.regions.filter(
    ({ id }) =>
      id !== region &&
      decision.standings[id]?.kind === 'up' &&
      (decision.intent[id]?.weight ?? 0) > 0,
  );
  if (survivors.length > 0) return;
  throw new InputError('no-survivor', {
    found: `No region but ${region} is up with users of its own`,
    why: 'Its users would have nowhere to go',
    remedy:
      'Wait until another region is HEALTHY (evenkeel status), or restore one that is drained',
  });
}

function orderRequest(body: unknown): OrderRequest {
  const { kind, region, reason, actor, forMs } = (
    typeof body === 'object' && body !== null ? body : {}
  ) as Readonly<Record<string, unknown>>;
  if (kind !== 'drain' && kind !== 'restore')
    throw wrongOrder(`"kind" is ${shown(kind)}`, 'Use "drain" or "restore"');
  if (typeof region !== 'string' || typeof reason !== 'string' || typeof actor !== 'string')
    throw wrongOrder(
      `"region" is ${shown(region)}, "reason" is ${shown(reason)}, "actor" is ${shown(actor)}`,
      'Send all three as texts',
    );
  if (kind === 'restore') return { kind, region, reason, actor, forMs: 0 };
  if (typeof forMs !== 'number' || !Number.isInteger(forMs))
    throw wrongOrder(`"forMs" is ${shown(forMs)}`, 'Send a whole number of milliseconds');
  return { kind, region, reason, actor, forMs };
}

const wrongOrder = (found: string, remedy: string) =>
  new InputError('wrong-order', {
    found,
    why: 'An order is {"kind", "region", "reason", "actor", "forMs"}',
    remedy,
  });

const shown = (value: unknown) => (JSON.stringify(value) ?? 'missing').slice(0, 80);

/** What the framework refuses before a route sees it; its own words may repeat what was sent. */
const frameworkCodes: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'body-too-large',
    `The body has more than ${bodyBytesMax} bytes. An order is far shorter. Send only its five fields.`,
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
    'The body is empty. An order is a JSON object. Send its five fields.',
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
