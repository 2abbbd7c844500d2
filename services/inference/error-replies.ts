// Turns whatever a route throws, and every URL or method that is not there, into problem details.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isTransientError } from '../../fleet/errors.ts';
import { problem, problemMediaType, problemOf } from './problem.ts';
import type { Problem } from './problem.ts';
import type { RouteTable } from './route-table.ts';

export function replyToErrors(
  app: FastifyInstance,
  { routes, retryAfterSeconds }: { routes: RouteTable; retryAfterSeconds: () => number },
): void {
  app.setErrorHandler(async (error, request, reply) => {
    const answer = problemOf(error);
    if (answer.status === 500) request.log.error({ err: error }, 'bug');
    else request.log.info({ code: answer.code, status: answer.status }, 'refused');
    if (isTransientError(error)) reply.header('retry-after', String(retryAfterSeconds()));
    return sendProblem(request, reply, answer);
  });

  app.setNotFoundHandler(async (request, reply) => {
    const allowed = routes.methodsAt(pathOf(request));
    if (allowed.length === 0) return sendProblem(request, reply, noSuchRoute);
    reply.header('allow', allowed.join(', '));
    return sendProblem(
      request,
      reply,
      problem(
        'method-not-allowed',
        `This resource does not take ${request.method}. It takes ${allowed.join(', ')}. Use one of these.`,
      ),
    );
  });
}

const noSuchRoute = problem(
  'no-such-route',
  'There is nothing at this URL. The API is at /v1/studies, /v1/models and /v2. Correct the URL.',
);

/** URLs that the router itself refuses never reach the hooks, so they get their header here. */
export const routerErrorReply =
  (region: string) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    reply.header('x-evenkeel-region', region);
    sendProblem(request, reply, problemOf(error));
  };

/** Clients of the Open Inference Protocol read the message from `error`, so under /v2 it is there too. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Problem,
  extensions: object = {},
): FastifyReply {
  const openInference = /^\/v2(\/|$)/.test(pathOf(request)) ? { error: answer.detail } : {};
  return reply
    .code(answer.status)
    .header('cache-control', 'no-store')
    .type(problemMediaType)
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ ...answer, ...openInference, ...extensions });
}

const pathOf = ({ url }: FastifyRequest) => url.split('?', 1)[0] ?? '';
